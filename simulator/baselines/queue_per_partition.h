#pragma once

#include "simulator/world_options.h"

namespace odradek::sim {

/// TP-3 in Java: a queue and a worker for each partition. The worker commits on a consumer that the
/// main thread is polling, which throws, so that its batch is never cleared and runs again and
/// again.
[[nodiscard]] ApplicationFactory make_queue_per_partition_java();

/// TP-3 in Python: one catch-all around a worker's loop swallows a failure, and the next success
/// commits past it. A revoke waits five seconds for each worker, which then goes on.
[[nodiscard]] ApplicationFactory make_queue_per_partition_python();

}  // namespace odradek::sim
