#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// While nothing is broken, a partition whose first records are finished gets a commit that covers
/// more of them within JudgedSettings::progress_within.
[[nodiscard]] std::unique_ptr<Checker> make_commits_keep_up();

}  // namespace odradek::sim
