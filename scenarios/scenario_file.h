#pragma once

#include "engine/config/config_error.h"
#include "scenarios/scenario.h"

#include <expected>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// A scenario as it is written in YAML; README.md is the reference. Error: every mistake of the
/// text with its place.
[[nodiscard]] std::expected<Scenario, std::vector<ConfigError>> parse_scenario(
    const std::string& yaml, const std::string& file
);

/// As parse_scenario(); `name` and `group` come from the path.
[[nodiscard]] std::expected<Scenario, std::vector<ConfigError>> load_scenario(
    const std::filesystem::path& path
);

/// Paths of all fields that reading `yaml` asked for ("load.keys.zipf.keys", "faults[].what"): the
/// reference is tested against them.
[[nodiscard]] std::set<std::string> fields_asked_for(const std::string& yaml);

}  // namespace odradek::scenarios
