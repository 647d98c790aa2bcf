#pragma once

#include "scenarios/scenario.h"
#include "scenarios/sweep.h"

#include <string>
#include <vector>

namespace odradek::scenarios {

/// Every scenario did what it is expected to do.
[[nodiscard]] bool is_passed(
    const std::vector<Scenario>& scenarios, const std::vector<ScenarioTally>& tallies
);

/// A line a scenario, failures with the command that repeats them, averages, probes, verdict.
[[nodiscard]] std::string sweep_text(
    const std::vector<Scenario>& scenarios, const std::vector<ScenarioTally>& tallies
);

/// The same for programs; stable keys.
[[nodiscard]] std::string sweep_json(
    const std::vector<Scenario>& scenarios, const std::vector<ScenarioTally>& tallies
);

}  // namespace odradek::scenarios
