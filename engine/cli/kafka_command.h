#pragma once

#include "engine/cli/command.h"

#include <span>
#include <string>

namespace odradek {

/// `odradek kafka start|stop|status|topic`: a local Kafka for tests and benchmarks.
[[nodiscard]] ExitCode run_kafka_command(std::span<const std::string> arguments);

}  // namespace odradek
