#pragma once

#include "engine/cli/command.h"
#include "engine/cli/command_line.h"
#include "engine/config/config_error.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace odradek::scenarios {

/// The verbs of `odradek chaos`, one file each; spec: README.md.
[[nodiscard]] ExitCode run_command(std::span<const std::string> arguments);
[[nodiscard]] ExitCode sweep_command(std::span<const std::string> arguments);
[[nodiscard]] ExitCode replay_command_line(std::span<const std::string> arguments);
[[nodiscard]] ExitCode shrink_command(std::span<const std::string> arguments);
[[nodiscard]] ExitCode list_command(std::span<const std::string> arguments);

/// A member's process; run_on_kafka() starts it.
[[nodiscard]] ExitCode member_command(std::span<const std::string> arguments);

using odradek::parse_command_line;

/// Adds `--format text|json`.
void add_format(CLI::App& app, std::string& format);

/// Adds an option that takes a seed.
void add_seed(CLI::App& app, const std::string& name, std::uint64_t& seed, const std::string& what);

/// Prints every mistake on a line of its own; ExitCode::usage.
[[nodiscard]] ExitCode report_mistakes(std::span<const ConfigError> mistakes);

/// Writes `text` to `path`, making its folder; false after reporting why not.
[[nodiscard]] bool write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace odradek::scenarios
