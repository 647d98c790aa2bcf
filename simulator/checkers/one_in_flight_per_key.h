#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// Within one life of a process, at most one record of a key of a partition runs at a time, across
/// assignments too.
[[nodiscard]] std::unique_ptr<Checker> make_one_in_flight_per_key();

}  // namespace odradek::sim
