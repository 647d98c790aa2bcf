#pragma once

#include "odradek/types.h"

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

/// "11-12,15,20-39", both ends included; empty for none.
[[nodiscard]] std::string text_of_ranges(std::span<const OffsetRange> ranges);

struct RangesError {
    std::size_t column;  ///< 1-based, where the part begins that is wrong
    std::string what;
};

/// The inverse. Spaces and line ends around parts are ignored, as is an empty text. Error: all
/// parts that are no range, at once.
[[nodiscard]] std::expected<std::vector<OffsetRange>, std::vector<RangesError>> parse_ranges(
    std::string_view text
);

}  // namespace odradek
