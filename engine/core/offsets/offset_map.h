#pragma once

#include "odradek/types.h"

#include <vector>

namespace odradek {

/// What one partition has finished, taken in one moment: everything below `next_to_read`, and the
/// ranges above it.
struct OffsetMap {
    Offset next_to_read = no_offset;

    /// In order, disjoint, not adjacent, each beginning above `next_to_read`.
    std::vector<OffsetRange> completed;

    friend bool operator==(const OffsetMap&, const OffsetMap&) = default;
};

}  // namespace odradek
