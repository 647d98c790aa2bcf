#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// The offset stored for a partition never falls, unless an administrator or a truncated log made
/// it.
[[nodiscard]] std::unique_ptr<Checker> make_commit_never_goes_back();

}  // namespace odradek::sim
