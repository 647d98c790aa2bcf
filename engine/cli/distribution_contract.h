#pragma once

#include "engine/config/config_error.h"

#include <expected>
#include <span>
#include <string>
#include <vector>

namespace odradek {

/// The text of a contract file (YAML, or JSON as a part of it) as arguments: `partitions: 12` and
/// `gates: {min_speedup: 40}` → `--partitions 12 --min-speedup 40`. Files that it names lie beside
/// `file`. Error: every mistake with its place; an unknown field with the nearest known one.
[[nodiscard]] std::expected<std::vector<std::string>, std::vector<ConfigError>> contract_arguments(
    const std::string& yaml, const std::string& file
);

/// The contract that `arguments` name with `--contract FILE` as arguments; empty without one. Its
/// keys are left out where a live topic is asked for instead.
[[nodiscard]] std::expected<std::vector<std::string>, std::vector<ConfigError>> contract_of(
    std::span<const std::string> arguments
);

/// "90%" or "0.9" → 0.9. Error when it is neither, or not from 0 to 1.
[[nodiscard]] std::expected<double, std::string> parse_share(const std::string& text);

}  // namespace odradek
