#pragma once

#include "engine/cli/command.h"

#include <optional>
#include <span>
#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace odradek {

/// Parses with CLI11; an exit code when the command ends here, with everything said: help (which
/// gets the exit codes at its end), or wrong usage with the nearest option or verb.
[[nodiscard]] std::optional<ExitCode> parse_command_line(
    CLI::App& app, std::span<const std::string> arguments
);

struct UsageMistake {
    std::string what;
    std::string remedy;
};

/// What is wrong with a command line that `app` has refused.
[[nodiscard]] UsageMistake usage_mistake(const CLI::App& app, const CLI::ParseError& error);

/// The last line of every help.
inline constexpr const char* exit_codes_help =
    "Exit codes: 0 passed, 1 what was checked does not hold, 2 wrong usage or input,\n"
    "3 the environment (no broker, no space), 70 a bug in Odradek.";

}  // namespace odradek
