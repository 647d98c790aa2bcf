#pragma once

#include "engine/config/yaml_reader.h"
#include "scenarios/load.h"

#include <string>

namespace odradek::scenarios {

/// The mapping `load` of a scenario file.
void read_load(ConfigReader& reader, const ConfigNode& node, const std::string& path, Load& into);

/// The law of keys alone: `unique`, `{uniform: 50}`, `{zipf: {keys: 1000, exponent: 1.1}}`,
/// `{hot: {keys: 100, share: 50%}}` or `{burst: {keys: 20, run: 10}}`.
void read_keys(ConfigReader& reader, const ConfigNode& node, const std::string& path, KeyLaw& into);

/// Its lines, indented by two; empty for the default.
[[nodiscard]] std::string load_yaml(const Load& load);

}  // namespace odradek::scenarios
