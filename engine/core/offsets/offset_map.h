#pragma once

#include "odradek/types.h"

#include <cstdint>
#include <string>
#include <vector>

namespace odradek {

/// What a group has finished in one partition, taken in one snapshot (PC-13).
///
///     next_to_read
///          │     completed[0]       completed[1]
///     done ░░░░░░██████████░░░░░░░░░█████░░░░░░░ never looked at
///          open            open
///
/// Everything below `next_to_read` is done, `next_to_read` itself is open. `completed` is sorted;
/// its ranges are not empty, begin above `next_to_read`, and neither overlap nor touch.
struct OffsetMap {
    Offset next_to_read;
    std::vector<OffsetRange> completed;

    friend bool operator==(const OffsetMap&, const OffsetMap&) = default;
};

/// Whether `map` keeps every promise of the type, with offsets that are not negative.
[[nodiscard]] bool is_valid(const OffsetMap& map);

/// The map of arbitrary finished ranges: sorts, merges, drops what lies below `next_to_read`, and
/// moves `next_to_read` over ranges that cover it. Empty ranges are ignored.
[[nodiscard]] OffsetMap make_offset_map(Offset next_to_read, std::vector<OffsetRange> finished);

/// Without what lies at or above `end`.
[[nodiscard]] OffsetMap cut_at(OffsetMap map, Offset end);

/// Number of offsets that the map counts as done above `next_to_read`.
[[nodiscard]] std::int64_t completed_count(const OffsetMap& map);

/// Open ranges from `next_to_read` up to the highest completed offset.
[[nodiscard]] std::vector<OffsetRange> open_ranges(const OffsetMap& map);

/// A stretch of open offsets and the stretch of done ones that follows it; both lengths ≥ 1.
struct RunPair {
    std::int64_t open;
    std::int64_t done;

    friend bool operator==(const RunPair&, const RunPair&) = default;
};

/// The same map as alternating lengths from `next_to_read` on.
[[nodiscard]] std::vector<RunPair> runs_of(const OffsetMap& map);

/// The inverse of runs_of(). Every length ≥ 1, the sum must stay below 2^62.
[[nodiscard]] OffsetMap map_of(Offset next_to_read, const std::vector<RunPair>& runs);

/// "next_to_read 10, completed 11-12,15" for tests and logs; both ends included.
[[nodiscard]] std::string to_string(const OffsetMap& map);

}  // namespace odradek
