#pragma once

#include "odradek/types.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace odradek::sim {

/// What the metadata of a commit says is completed above `next_to_read`, in ascending order. Empty
/// for text that carries no map: a checker trusts only what it can read.
[[nodiscard]] std::vector<OffsetRange> completed_above(
    Offset next_to_read, std::string_view metadata
);

/// Length of UTF-8 text in UTF-16 units, as the broker counts metadata (Java's String.length).
[[nodiscard]] std::size_t utf16_units(std::string_view text);

}  // namespace odradek::sim
