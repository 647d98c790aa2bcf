#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// A member that gave a partition up neither starts its records nor stores a commit for it: no
/// start under an assignment that has ended, no commit stored after another member was given the
/// partition, none by a member that never had it.
[[nodiscard]] std::unique_ptr<Checker> make_old_epochs_are_silent();

}  // namespace odradek::sim
