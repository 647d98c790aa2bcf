#pragma once

#include "scenarios/sweep.h"

#include <string>
#include <vector>

namespace odradek::scenarios {

/// A sweep as JUnit XML: a test suite per group, a test case per scenario, with the seeds that
/// failed and the commands that replay them in the failure's text.
[[nodiscard]] std::string junit_xml(
    const std::vector<Scenario>& scenarios, const std::vector<ScenarioTally>& tallies
);

}  // namespace odradek::scenarios
