#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

/// The text of a contract file as arguments: `{"partitions": 12, "gates": {"min_speedup": 40}}` →
/// `--partitions 12 --min-speedup 40`. Error: an unknown field, with the nearest known one.
[[nodiscard]] std::expected<std::vector<std::string>, std::string> contract_arguments(
    std::string_view json
);

/// "90%" or "0.9" → 0.9. Error when it is neither, or not from 0 to 1.
[[nodiscard]] std::expected<double, std::string> parse_share(const std::string& text);

}  // namespace odradek
