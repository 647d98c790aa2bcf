#pragma once

#include "simulator/world_options.h"

namespace odradek::sim {

/// TP-2: a thread pool over a polled batch, wait for all, commit the highest success. A failed
/// record below it is passed, equal keys run at once, and a failed commit ends the program.
[[nodiscard]] ApplicationFactory make_pool_per_batch();

}  // namespace odradek::sim
