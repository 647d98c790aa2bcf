#pragma once

#include "engine/base/lane_chooser.h"
#include "engine/core/trace.h"
#include "scenarios/scenario.h"

#include <cstdint>
#include <functional>

namespace odradek::scenarios {

/// The user code of a scenario that places records in lanes; empty where it has none. It fails for
/// the same records in every world and at every delivery.
[[nodiscard]] LaneCode lane_code(const Scenario& scenario);

/// The lane of a produced record, as every consumer of the scenario must compute it; empty unless
/// the ordering is by virtual partition.
[[nodiscard]] std::function<std::uint32_t(const TraceEvent&)> lane_of(const Scenario& scenario);

}  // namespace odradek::scenarios
