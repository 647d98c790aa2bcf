#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// The first completions of a partition come in offset order, and within a process its records
/// never overlap.
[[nodiscard]] std::unique_ptr<Checker> make_partition_order();

}  // namespace odradek::sim
