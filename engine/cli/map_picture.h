#pragma once

#include "engine/core/offsets/offset_map.h"
#include "engine/tools/distribution_report.h"

#include <cstddef>
#include <string>

namespace odradek {

/// A partition's map in one line, from `next_to_read` to its highest completed offset:
///
///     10 ░███▓▓▒░░▒█████ 50,123
///
/// A cell is one offset, or, where `width` characters are too few, an equal share of them: ░ all
/// open, ▒ under half done, ▓ half or more, █ all done. So one open offset among any number of done
/// ones is still seen, and one done among open ones. Both labels are offsets and belong to the
/// width; at least 10 cells are drawn. Empty for a map without completed offsets. O(ranges +
/// width).
[[nodiscard]] std::string picture_of(const OffsetMap& map, std::size_t width, Colours colours);

/// "1,234,567"
[[nodiscard]] std::string grouped(std::int64_t number);

}  // namespace odradek
