#pragma once

#include "engine/base/bytes.h"
#include "engine/core/offsets/offset_map.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <vector>

namespace odradek {

/// The most offsets that a map may cover.
inline constexpr std::int64_t map_offsets_max = std::int64_t{1} << 40;

/// The most completed ranges that a map may hold: bounds what a decoder allocates, 64 MiB.
inline constexpr std::int64_t map_ranges_max = std::int64_t{1} << 22;

/// Why a body is not what it says it is, and at which of its bytes.
struct BodyError {
    std::size_t position;
    const char* reason;  ///< a literal

    friend bool operator==(const BodyError&, const BodyError&) = default;
};

using DecodedRuns = std::expected<std::vector<RunPair>, BodyError>;

/// What the size of a map depends on in entropy_codec.h: open and done offsets, and pairs of runs.
struct RunCounts {
    std::int64_t open = 0;
    std::int64_t done = 0;
    std::int64_t pairs = 0;

    friend bool operator==(const RunCounts&, const RunCounts&) = default;
};

}  // namespace odradek
