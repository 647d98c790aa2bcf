#pragma once

#include "simulator/world_options.h"

namespace odradek::sim {

/// TP-1: one record after the other in the polling thread, commit after each batch. Correct, and as
/// slow as its handler.
[[nodiscard]] ApplicationFactory make_vanilla();

}  // namespace odradek::sim
