#pragma once

#include "engine/core/offsets/offset_map.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace odradek {

/// Patterns of open and done offsets that maps are measured on. Each gives, for a number of
/// offsets, a map of about that many (it begins open and ends done), always the same one.
struct OffsetPattern {
    std::string name;
    std::function<OffsetMap(std::int64_t offsets)> draw;
    double open_share = 0;  ///< of random patterns; 0 where there is no Shannon bound
    std::optional<int> fork_bytes = std::nullopt;  ///< the fork's published figure at 100,000
};

[[nodiscard]] std::vector<OffsetPattern> offset_patterns();

/// n · H(p) / 8, in bytes.
[[nodiscard]] double shannon_bytes(std::int64_t offsets, double open_share);

}  // namespace odradek
