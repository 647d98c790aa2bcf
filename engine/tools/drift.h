#pragma once

#include "engine/tools/distribution.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

/// What an earlier run said: read back from its JSON result.
struct Baseline {
    double weight = 0;
    double distinct_keys = 0;
    double effective_keys = 0;
    double speedup_ceiling = 0;
    std::vector<double> partition_load;
    std::vector<HeavyKey> hot_keys;  ///< keys in readable form
};

/// How far today's keys are from the baseline's.
struct Drift {
    /// Share of the traffic that would have to change partition to look like before (total
    /// variation); empty when the number of partitions changed.
    std::optional<double> partitions;
    double hot_keys = 0;  ///< the same over the hot keys of both runs, all other keys being one
    std::vector<std::string> new_hot_keys;  ///< hot now, not among the hot ones before
    std::vector<std::string> gone_hot_keys;
    double effective_keys_ratio = 1;  ///< now over before
    double speedup_ratio = 1;

    [[nodiscard]] double largest() const;
};

/// Reads a JSON result of `odradek distribution`. Error: what is missing or wrong.
[[nodiscard]] std::expected<Baseline, std::string> read_baseline(std::string_view json);

[[nodiscard]] Drift measure_drift(const Distribution& now, const Baseline& before);

}  // namespace odradek
