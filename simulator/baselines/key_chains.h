#pragma once

#include "simulator/world_options.h"

namespace odradek::sim {

/// TP-6: a chain of futures for each key, whose tasks have all started before they are chained.
/// Nothing is ever committed.
[[nodiscard]] ApplicationFactory make_key_chains();

}  // namespace odradek::sim
