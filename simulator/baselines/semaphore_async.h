#pragma once

#include "simulator/world_options.h"

namespace odradek::sim {

/// TP-5: asynchronous handlers behind a semaphore; commits the polled position in an iteration that
/// got records and finds nothing pending. Waiting for a permit blocks polling.
[[nodiscard]] ApplicationFactory make_semaphore_async();

}  // namespace odradek::sim
