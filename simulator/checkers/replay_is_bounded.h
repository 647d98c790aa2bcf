#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// Records that had been finished start again no more often than JudgedSettings::replayed_max of
/// all records: what crashes cost is what was finished since the last commits.
[[nodiscard]] std::unique_ptr<Checker> make_replay_is_bounded();

}  // namespace odradek::sim
