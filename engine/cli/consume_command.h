#pragma once

#include "engine/cli/command.h"

#include <span>
#include <string>

namespace odradek {

/// `odradek consume`: the engine as a program, for services in any language.
[[nodiscard]] ExitCode run_consume(std::span<const std::string> arguments);

}  // namespace odradek
