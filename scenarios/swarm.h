#pragma once

#include "scenarios/scenario.h"

#include <cstddef>
#include <cstdint>

namespace odradek::scenarios {

/// A variant of the scenario that this seed draws: faults of the file left out, as they are, or
/// wild; perhaps one that the file does not have; members, partitions, brokers, the network, the
/// load's laws and the engine's knobs drawn anew. What must hold stays, except that the usual
/// guarantees follow the ordering that was drawn. The name of the variant is the scenario's own.
///
/// Faults that are left out matter as much as wild ones: many bugs show only where nothing else
/// hides them (swarm testing, Groce and others, 2012).
[[nodiscard]] Scenario swarm_variant(const Scenario& scenario, std::uint64_t seed);

/// Which of `count` > 0 scenarios a seed draws.
[[nodiscard]] std::size_t swarm_choice(std::size_t count, std::uint64_t seed);

}  // namespace odradek::scenarios
