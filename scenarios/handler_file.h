#pragma once

#include "engine/config/yaml_reader.h"
#include "scenarios/scenario.h"

#include <string>

namespace odradek::scenarios {

/// `5ms`, `{uniform: [0ms, 5ms]}`, `{exponential: {mean: 5ms, cut: 1s}}` or
/// `{bimodal: {usual: 1ms, rare: 200ms, chance: 1%}}`; scenario and deployment files share it.
void read_latency(
    ConfigReader& reader, const ConfigNode& node, const std::string& path, Latency& into
);

[[nodiscard]] std::string latency_yaml(const Latency& latency);

/// The mapping `handler`.
void read_handler(
    ConfigReader& reader, const ConfigNode& node, const std::string& path, Handler& into
);

/// Its lines, indented by two; empty for the default.
[[nodiscard]] std::string handler_yaml(const Handler& handler);

}  // namespace odradek::scenarios
