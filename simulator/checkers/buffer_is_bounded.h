#pragma once

#include "simulator/checkers/checker.h"

#include <memory>

namespace odradek::sim {

/// Records that were delivered to a member and not settled stay within
/// JudgedSettings::buffered_max.
[[nodiscard]] std::unique_ptr<Checker> make_buffer_is_bounded();

}  // namespace odradek::sim
