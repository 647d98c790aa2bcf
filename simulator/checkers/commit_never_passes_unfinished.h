#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// A stored commit covers, by its offset or by its map, only records that are settled already, and
/// none that is not yet produced.
[[nodiscard]] std::unique_ptr<Checker> make_commit_never_passes_unfinished();

}  // namespace odradek::sim
