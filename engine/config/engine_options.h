#pragma once

#include "odradek/options.h"

#include "engine/config/yaml_reader.h"

#include <span>
#include <string>
#include <string_view>

namespace odradek {

/// One option of the engine as every file writes it: the one table of names, ranges and defaults
/// for scenario files, deployment files and group files.
struct EngineOptionRow {
    std::string_view path;   ///< "retry.delay", below the mapping `engine`
    std::string_view alias;  ///< another accepted name of the last part; may be empty
    std::string_view range;  ///< unit and limits, for people
    std::string_view what;   ///< one line

    /// Reads the value; a mistake is reported.
    void (*read)(ConfigReader& reader, const ConfigNode& node, EngineOptions& options);

    /// The value as it is written in YAML.
    std::string (*write)(const EngineOptions& options);
};

[[nodiscard]] std::span<const EngineOptionRow> engine_option_rows();

/// Reads the mapping `node` over the values that `options` has; unknown fields are reported with
/// the nearest name. `path` is the mapping's own name in messages, "engine".
void read_engine_options(
    ConfigReader& reader, const ConfigNode& node, const std::string& path, EngineOptions& options
);

/// The options that differ from `defaults` as YAML lines, each indented by `indent` spaces; empty
/// when none differs.
[[nodiscard]] std::string engine_options_yaml(
    const EngineOptions& options, std::size_t indent, const EngineOptions& defaults = {}
);

}  // namespace odradek
