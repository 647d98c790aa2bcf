#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// The first completions of equal keys of a partition come in offset order.
[[nodiscard]] std::unique_ptr<Checker> make_key_order();

}  // namespace odradek::sim
