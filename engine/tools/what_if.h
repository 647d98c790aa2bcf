#pragma once

#include "engine/tools/key_counter.h"
#include "engine/tools/lane_loads.h"

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

/// Choices to try. Empty: as it is now.
struct WhatIfAxes {
    std::vector<std::uint32_t> partitions;
    std::vector<std::uint32_t> virtual_partitions;
    std::vector<std::string> partitioners;
    std::vector<std::string> reducers;

    [[nodiscard]] bool is_empty() const {
        return partitions.empty() && virtual_partitions.empty() && partitioners.empty() &&
               reducers.empty();
    }
};

/// Reads `partitions=12,24,48`, `virtual-partitions=10..100`, `10..100:5`, `reducer=a,b`,
/// `partitioner=…` into `axes`. Error: what is wrong, one sentence.
[[nodiscard]] std::expected<void, std::string> add_what_if_axis(
    std::string_view text, WhatIfAxes& axes
);

/// One choice and what it would give, on the sample at hand.
struct WhatIf {
    std::uint32_t partitions = 0;
    std::uint32_t virtual_partitions = 0;
    std::string partitioner;  ///< "explicit" where the input says the partitions
    std::string reducer;
    double speedup_ceiling = 0;  ///< min(workers, total / heaviest lane)
    double max_over_mean = 0;    ///< of its lanes, or partitions without virtual ones
    std::uint64_t lanes = 0;
    std::uint64_t used = 0;
    double moved_share = 0;  ///< keys that change partition against now: their order breaks once
    /// Keys that stay in their partition but change lane: their order breaks when the lanes change
    /// while records are in flight. 0 where now or then a lane is a key.
    double lane_moved_share = 0;
    std::string reason;  ///< why it ranks where it does
};

inline constexpr std::size_t what_if_max = 2'000;

/// Every combination, best first: the higher ceiling (in steps of 2 %), then the fewer keys moved,
/// then the fewer lanes. Without virtual partitions a lane is a key. Error: more than `what_if_max`
/// combinations, or axes that cannot be combined with explicit partitions.
[[nodiscard]] std::expected<std::vector<WhatIf>, std::string> try_layouts(
    const KeyCensus& census, const Layout& now, const WhatIfAxes& axes, std::uint32_t workers
);

}  // namespace odradek
