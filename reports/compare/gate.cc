#include "reports/compare/gate.h"

#include "reports/compare/comparison_text.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace odradek::reports {

std::expected<std::vector<EarlierRatio>, std::string> read_ratios(const std::string& json) {
    const auto root = nlohmann::json::parse(json, nullptr, false);
    if (root.is_discarded()) return std::unexpected(std::string("is not JSON"));
    if (!root.is_object() || !root.contains("runs") || !root["runs"].is_array()) {
        return std::unexpected(std::string("holds no runs; is it a compare.json?"));
    }
    std::vector<EarlierRatio> ratios;
    for (const auto& run : root["runs"]) {
        const nlohmann::json::json_pointer place{"/speed_of_first/median"};
        const bool is_whole = run.is_object() && run.value("arm", nlohmann::json()).is_string() &&
                              run.contains("workload") && run.contains(place) &&
                              run[place].is_number();
        if (!is_whole) return std::unexpected(std::string("holds a run that is not whole"));
        ratios.push_back({run["arm"], run["workload"].dump(), run[place]});
    }
    return ratios;
}

std::vector<Regression> regressions(
    const Comparison& comparison, const std::vector<EarlierRatio>& earlier, double loss_max
) {
    const auto now = read_ratios(comparison_json(comparison));
    std::vector<Regression> found;
    for (const EarlierRatio& own : now.value_or(std::vector<EarlierRatio>{})) {
        const auto before = std::ranges::find_if(earlier, [&](const EarlierRatio& known) {
            return known.arm == own.arm && known.workload == own.workload;
        });
        if (before == earlier.end() || own.ratio >= before->ratio * (1 - loss_max)) continue;
        found.push_back({own.arm, own.workload, before->ratio, own.ratio});
    }
    return found;
}

}  // namespace odradek::reports
