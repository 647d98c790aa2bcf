#pragma once

#include "simulator/world_options.h"

namespace odradek::sim {

/// TS-9: keyed channels; finished records commit in offset order, but a gap that is older than a
/// minute is taken for a hole of the log and passed.
[[nodiscard]] ApplicationFactory make_minute_rule();

}  // namespace odradek::sim
