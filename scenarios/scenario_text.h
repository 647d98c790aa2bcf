#pragma once

#include "scenarios/scenario.h"

#include <string>

namespace odradek::scenarios {

/// The scenario as YAML that parse_scenario() reads back; what is at its default is left out.
[[nodiscard]] std::string scenario_yaml(const Scenario& scenario);

}  // namespace odradek::scenarios
