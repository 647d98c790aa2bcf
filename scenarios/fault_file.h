#pragma once

#include "engine/config/yaml_reader.h"
#include "scenarios/fault.h"

#include <string>
#include <vector>

namespace odradek::scenarios {

/// The list `faults` of a scenario file.
void read_faults(
    ConfigReader& reader, const ConfigNode& node, const std::string& path, std::vector<Fault>& into
);

/// One fault as a flow mapping: `{what: crash_member, at: 2s}`.
[[nodiscard]] std::string fault_yaml(const Fault& fault);

}  // namespace odradek::scenarios
