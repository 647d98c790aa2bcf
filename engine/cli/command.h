#pragma once

#include "engine/base/nearest.h"

#include <span>
#include <string>
#include <string_view>

namespace odradek {

/// What every `odradek` program returns to its caller; others script against these.
enum class ExitCode : int {
    passed = 0,       ///< it ran, and what was checked holds
    not_held = 1,     ///< it ran, and a gate or a guarantee does not hold
    usage = 2,        ///< wrong options or bad input; nothing was done
    environment = 3,  ///< no broker, no space, no permission
    contract = 70,    ///< a bug in Odradek
};

/// A verb of the command line. `run` gets what follows the verb.
struct Command {
    std::string_view name;
    std::string_view summary;  ///< one line for the overview
    ExitCode (*run)(std::span<const std::string> arguments);
};

/// Runs the verb named by the first argument and returns the process's exit code.
///
/// `--help`, no verb and an unknown verb print the overview (the last as a usage error with the
/// nearest name). A ContractViolation ends in ExitCode::contract with the place of the broken
/// promise.
[[nodiscard]] int run_program(
    std::string_view program,
    std::span<const Command> commands,
    std::span<const std::string> arguments
);

/// Prints `odradek: error: WHAT` and, when given, `  help: REMEDY` on standard error.
void report_error(std::string_view what, std::string_view remedy = {});

}  // namespace odradek
