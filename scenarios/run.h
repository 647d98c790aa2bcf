#pragma once

#include "scenarios/recording.h"
#include "scenarios/scenario.h"

namespace odradek::scenarios {

/// Runs the scenario in the simulator: one seed, one history.
///
/// Phases: the load is produced and faults happen until Phases::safety and the load are over; then
/// whatever is down or cut heals, and the run has Phases::liveness to finish and commit everything.
/// Where Phases::restart_at_end is set, all members then stop cleanly and start again, and the run
/// goes on until it is at rest once more.
[[nodiscard]] RunReport run_simulated(const Scenario& scenario, const RunRequest& request);

}  // namespace odradek::scenarios
