#include "engine/tools/gates.h"

#include <algorithm>

namespace odradek {

namespace {

constexpr double max_over_mean_default = 1.5;
constexpr double min_lanes_used_default = 0.9;

void check_level(
    const LevelJudgement& level, const GateOptions& options, std::vector<Gate>& gates
) {
    if (level.level == Level::key || level.lanes == 0) return;
    const std::string prefix{name_of(level.level)};
    gates.push_back(
        {.name = prefix + ".max_over_mean",
         .limit = options.max_over_mean.value_or(
             std::max(max_over_mean_default, level.fair_max_over_mean)
         ),
         .value = level.max_over_mean}
    );
    gates.push_back(
        {.name = prefix + ".min_lanes_used",
         .limit = options.min_lanes_used.value_or(min_lanes_used_default) * level.expected_used,
         .value = static_cast<double>(level.used),
         .is_upper = false}
    );
}

}  // namespace

std::vector<Gate> check_gates(
    const Distribution& distribution, const GateOptions& options, std::optional<double> drift
) {
    std::vector<Gate> gates;
    if (options.are_off) return gates;
    for (const LevelJudgement& level : distribution.levels) {
        check_level(level, options, gates);
    }
    if (options.min_speedup) {
        gates.push_back(
            {.name = "min_speedup",
             .limit = *options.min_speedup,
             .value = distribution.speedup_ceiling,
             .is_upper = false}
        );
    }
    if (options.max_hot_key && distribution.weight > 0) {
        const double heaviest = distribution.hot_keys.empty()
                                    ? 0
                                    : static_cast<double>(distribution.hot_keys[0].weight);
        gates.push_back(
            {.name = "max_hot_key",
             .limit = *options.max_hot_key,
             .value = heaviest / static_cast<double>(distribution.weight)}
        );
    }
    if (options.min_agreement && distribution.agreement && distribution.agreement->keys > 0) {
        const Agreement& agreement = *distribution.agreement;
        gates.push_back(
            {.name = "min_agreement",
             .limit = *options.min_agreement,
             .value = static_cast<double>(agreement.same) / static_cast<double>(agreement.keys),
             .is_upper = false}
        );
    }
    if (options.max_drift && drift) {
        gates.push_back({.name = "max_drift", .limit = *options.max_drift, .value = *drift});
    }
    return gates;
}

}  // namespace odradek
