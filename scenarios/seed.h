#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace odradek::scenarios {

/// Decimal or 0x hexadecimal, the whole text.
[[nodiscard]] std::optional<std::uint64_t> parse_seed(std::string_view text);

/// A number of 48 bits from a hexadecimal commit hash, so that each commit explores new ground;
/// empty for other text.
[[nodiscard]] std::optional<std::uint64_t> seed_of_commit(std::string_view hash);

/// The hash of the checkout's commit, as git says it; empty outside a checkout.
[[nodiscard]] std::string current_commit();

}  // namespace odradek::scenarios
