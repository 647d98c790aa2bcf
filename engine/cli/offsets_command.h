#pragma once

#include "engine/cli/command.h"

#include <string>

namespace odradek {

/// `odradek offsets show|decode|encode`: what a live group has committed, and the codec of
/// committed metadata alone, ours and the Java peer's.
[[nodiscard]] ExitCode run_offsets(std::span<const std::string> arguments);

}  // namespace odradek
