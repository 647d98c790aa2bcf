#pragma once

#include "engine/tools/distribution.h"

#include <optional>
#include <string>
#include <vector>

namespace odradek {

/// What must hold before a deploy. An empty field takes its default; what has none is not checked.
struct GateOptions {
    bool are_off = false;
    /// Heaviest lane over the mean, at each level but the key's own. Default: the larger of 1.5 and
    /// what 99.9 % of fair hashes stay below for these weights, so that a small or a skewed sample
    /// is not blamed on the hash. A limit given here holds as it stands.
    std::optional<double> max_over_mean = std::nullopt;
    /// Share of the lanes that this many keys would occupy under a fair hash. Default 0.9.
    std::optional<double> min_lanes_used = std::nullopt;
    std::optional<double> min_speedup = std::nullopt;    ///< speed-up ceiling; not checked
    std::optional<double> max_hot_key = std::nullopt;    ///< share of the heaviest key; not checked
    std::optional<double> min_agreement = std::nullopt;  ///< of two producers; not checked
    std::optional<double> max_drift = std::nullopt;      ///< from the baseline; not checked
};

struct Gate {
    std::string name;  ///< "partition.max_over_mean", "min_speedup"
    double limit = 0;
    double value = 0;
    bool is_upper = true;  ///< the value must not exceed the limit; else not fall below it

    [[nodiscard]] bool has_passed() const { return is_upper ? value <= limit : value >= limit; }
};

/// All gates that apply, in the order of the levels. `drift`: distance from the baseline, if any.
[[nodiscard]] std::vector<Gate> check_gates(
    const Distribution& distribution, const GateOptions& options, std::optional<double> drift
);

}  // namespace odradek
