#pragma once

#include "odradek/consumer.h"
#include "odradek/meters.h"

#include "engine/consume/status_server.h"

#include <string>

namespace odradek::consume {

/// Where the program is in its life.
enum class Phase : unsigned char { running, stopping };

/// `/health`: JSON. 200 while the engine lives, 503 once it has ended by itself. A partition whose
/// commit one record holds back is in `stuck`, with that record and for how long.
[[nodiscard]] Page health_page(const ConsumerStatus& status, Phase phase);

/// `/metrics`: Prometheus text, version 0.0.4, every meter with the group as a label (PC-29).
[[nodiscard]] Page metrics_page(const Meters& meters, const std::string& group);

}  // namespace odradek::consume
