#pragma once

#include "engine/tools/lane_loads.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace odradek {

/// Does the lane inside a partition depend on the partition?
struct Correlation {
    /// Mutual information of partition and lane over the keys, its small-sample bias taken off,
    /// divided by the most there can be: 0 independent, 1 one decides the other.
    double strength = 0;
    double p_value = 1;               ///< G-test of independence
    std::uint64_t reachable = 0;      ///< (partition, lane) pairs that any key at all can reach
    std::uint64_t lanes = 0;          ///< of all pairs
    std::uint64_t reachable_min = 0;  ///< in the partition that reaches fewest
};

/// Chance of a chi-square variable of `degrees` > 0 to be at least `value`.
[[nodiscard]] double chi_square_chance(double value, double degrees);

/// Correlation of rows and columns in a table of counts, `columns` wide. Without `reachable`.
[[nodiscard]] Correlation correlate(const std::vector<std::uint64_t>& counts, std::size_t columns);

/// How many (partition, lane) pairs of `layout`, which has lanes, any key can reach: very many keys
/// made up from `seed` are placed, enough to fill all pairs if they are fair.
void count_reachable(const Layout& layout, std::uint64_t seed, Correlation& correlation);

}  // namespace odradek
