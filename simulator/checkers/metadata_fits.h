#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// The metadata of every stored commit fits the broker's limit, in UTF-16 units.
[[nodiscard]] std::unique_ptr<Checker> make_metadata_fits();

}  // namespace odradek::sim
