#include "engine/tools/correlation.h"

#include "odradek/contract.h"

#include "engine/base/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string>

#include <boost/math/distributions/chi_squared.hpp>

namespace odradek {

namespace {

double as_double(std::uint64_t number) {
    return static_cast<double>(number);
}

/// Any bytes of any length up to 64, so that sums of bytes take all their values too.
std::string made_up_key(Random& random) {
    std::string key(1 + random.below(64), '\0');
    for (char& letter : key) {
        letter = static_cast<char>(random.below(256));
    }
    return key;
}

}  // namespace

double chi_square_chance(double value, double degrees) {
    expects(degrees > 0);
    const boost::math::chi_squared law{degrees};
    return cdf(complement(law, std::max(0.0, value)));
}

Correlation correlate(const std::vector<std::uint64_t>& counts, std::size_t columns) {
    expects(columns > 0 && counts.size() % columns == 0);
    const std::size_t rows = counts.size() / columns;
    std::vector<double> row_sums(rows);
    std::vector<double> column_sums(columns);
    for (std::size_t at = 0; at < counts.size(); ++at) {
        row_sums[at / columns] += as_double(counts[at]);
        column_sums[at % columns] += as_double(counts[at]);
    }
    const double total = std::accumulate(row_sums.begin(), row_sums.end(), 0.0);
    double information = 0;
    for (std::size_t at = 0; at < counts.size(); ++at) {
        if (counts[at] == 0) continue;
        const auto count = as_double(counts[at]);
        const double expected = row_sums[at / columns] * column_sums[at % columns] / total;
        information += count / total * std::log(count / expected);
    }
    const auto used = [](const std::vector<double>& sums) {
        return static_cast<double>(sums.size()) -
               static_cast<double>(std::ranges::count(sums, 0.0));
    };
    const double degrees = (used(row_sums) - 1) * (used(column_sums) - 1);
    Correlation correlation;
    if (total <= 0 || degrees < 1) return correlation;
    const double most = std::log(std::min(used(row_sums), used(column_sums)));
    const double bias = degrees / (2 * total);  // Miller and Madow
    correlation.strength =
        std::clamp((information - bias) / (most - std::min(bias, most / 2)), 0.0, 1.0);
    correlation.p_value = chi_square_chance(2 * total * information, degrees);
    return correlation;
}

void count_reachable(const Layout& layout, std::uint64_t seed, Correlation& correlation) {
    const std::size_t lanes = layout.virtual_partitions;
    expects(lanes > 0);
    correlation.lanes = layout.partitions * lanes;
    Layout pairs = layout;
    pairs.segments = 0;
    LaneLoads probe{pairs};
    Random random = Random{seed}.split("made-up keys");
    // n (ln n + 12) keys leave one of n fair pairs empty in six of a million runs
    const double wanted =
        as_double(correlation.lanes) * (std::log(as_double(correlation.lanes)) + 12);
    const auto probes = static_cast<std::uint64_t>(std::min(wanted, 3e6));
    for (std::uint64_t i = 0; i < probes; ++i) {
        const std::string key = made_up_key(random);
        const auto partition =
            layout.partitioner ? -1 : static_cast<std::int32_t>(random.below(layout.partitions));
        probe.add_distinct({.key = key, .partition = partition, .weight = 1});
    }
    const std::vector<std::uint64_t> keys = probe.lanes().keys;
    correlation.reachable_min = lanes;
    for (std::size_t partition = 0; partition < layout.partitions; ++partition) {
        const auto row = std::span{keys}.subspan(partition * lanes, lanes);
        const std::size_t reached =
            lanes - static_cast<std::size_t>(std::ranges::count(row, std::uint64_t{0}));
        correlation.reachable += reached;
        correlation.reachable_min = std::min<std::uint64_t>(correlation.reachable_min, reached);
    }
}

}  // namespace odradek
