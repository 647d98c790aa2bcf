#pragma once

#include "scenarios/fault.h"
#include "scenarios/scenario.h"
#include "simulator/world.h"

#include <cstdint>

namespace odradek::scenarios {

/// The scenario's cluster, topics and members as the simulator takes them.
[[nodiscard]] sim::WorldOptions world_options(const Scenario& scenario, std::uint64_t seed);

[[nodiscard]] sim::HandlerSpec handler_spec(const Handler& handler);

/// Makes the fault happen now, and end by itself later.
void perform(const PlannedFault& planned, const Scenario& scenario, sim::World& world);

/// Ends what a fault left behind: members and brokers that are down start again. Members that never
/// joined stay away.
void heal(const Scenario& scenario, sim::World& world);

}  // namespace odradek::scenarios
