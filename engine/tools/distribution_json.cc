#include "engine/base/markup_text.h"
#include "engine/tools/distribution_report.h"
#include "engine/tools/readable_key.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace odradek {

namespace {

using Json = nlohmann::ordered_json;

template <typename Value>
Json or_null(const std::optional<Value>& value) {
    return value ? Json(*value) : Json(nullptr);
}

const char* name_of(ChanceMethod method) {
    switch (method) {
        case ChanceMethod::none:
            return "none";
        case ChanceMethod::chi_square:
            return "chi_square";
        case ChanceMethod::monte_carlo:
            return "monte_carlo";
    }
    return "";
}

const char* name_of(Advice::Kind kind) {
    switch (kind) {
        case Advice::Kind::problem:
            return "problem";
        case Advice::Kind::warning:
            return "warning";
        case Advice::Kind::idea:
            return "idea";
    }
    return "";
}

Json shared_json(const std::vector<SharedLane>& shared) {
    Json list = Json::array();
    for (const SharedLane& lane : shared) {
        list.push_back({{"lane", lane.lane}, {"keys", lane.keys}});
    }
    return list;
}

Json level_json(const LevelJudgement& level) {
    return {
        {"level", odradek::name_of(level.level)},
        {"lanes", level.lanes},
        {"used", level.used},
        {"max_over_mean", level.max_over_mean},
        {"coefficient_of_variation", level.coefficient_of_variation},
        {"chi_square", or_null(level.chi_square)},
        {"p_value", or_null(level.p_value)},
        {"p_value_method", name_of(level.p_method)},
        {"g_statistic", or_null(level.g_statistic)},
        {"g_p_value", or_null(level.g_p_value)},
        {"expected_max_over_mean", level.expected_max_over_mean},
        {"fair_max_over_mean_p999", level.fair_max_over_mean},
        {"fair_method", level.fair_method == FairMethod::exact ? "exact" : "monte_carlo"},
        {"fair_trials", level.fair_trials},
        {"expected_used", level.expected_used},
        {"collisions", level.collisions},
        {"shared_lanes", shared_json(level.shared)},
        {"speedup_ceiling", level.speedup_ceiling},
        {"load", level.load}};
}

Json correlation_json(const std::optional<Correlation>& pairs) {
    if (!pairs) return nullptr;
    return {
        {"strength", pairs->strength},
        {"p_value", pairs->p_value},
        {"reachable_lanes", pairs->reachable},
        {"lanes", pairs->lanes},
        {"reachable_lanes_per_partition_min", pairs->reachable_min}};
}

Json layout_json(const Layout& layout) {
    return {
        {"partitions", layout.partitions},
        {"partitioner", layout.partitioner ? layout.partitioner->name() : "explicit"},
        {"virtual_partitions", layout.virtual_partitions},
        {"reducer", layout.reducer.name()},
        {"segments", layout.segments},
        {"segment_reducer", layout.segment_reducer.name()}};
}

Json what_if_json(const std::vector<WhatIf>& tried) {
    Json list = Json::array();
    for (const WhatIf& choice : tried) {
        list.push_back(
            {{"partitions", choice.partitions},
             {"virtual_partitions", choice.virtual_partitions},
             {"partitioner", choice.partitioner},
             {"reducer", choice.reducer},
             {"speedup_ceiling", choice.speedup_ceiling},
             {"max_over_mean", choice.max_over_mean},
             {"lanes", choice.lanes},
             {"used", choice.used},
             {"moved_share", choice.moved_share},
             {"lane_moved_share", choice.lane_moved_share},
             {"reason", choice.reason}}
        );
    }
    return list;
}

Json drift_json(const std::optional<Drift>& drift) {
    if (!drift) return nullptr;
    return {
        {"partitions", or_null(drift->partitions)},
        {"hot_keys", drift->hot_keys},
        {"new_hot_keys", drift->new_hot_keys},
        {"gone_hot_keys", drift->gone_hot_keys},
        {"effective_keys_ratio", drift->effective_keys_ratio},
        {"speedup_ratio", drift->speedup_ratio}};
}

Json agreement_json(const std::optional<Agreement>& agreement) {
    if (!agreement) return nullptr;
    return {
        {"partitioner", agreement->partitioner},
        {"keys", agreement->keys},
        {"same", agreement->same},
        {"expected_share", agreement->expected}};
}

}  // namespace

bool DistributionReport::has_passed() const {
    return std::ranges::all_of(gates, &Gate::has_passed);
}

std::size_t DistributionReport::problem_count() const {
    return static_cast<std::size_t>(std::ranges::count(advice, Advice::Kind::problem, &Advice::kind)
    );
}

std::string DistributionReport::verdict() const {
    const std::size_t problems = problem_count();
    if (!has_passed()) return "a gate does not hold";
    std::string text = gates.empty() ? "no gates" : "all gates hold";
    if (problems == 0) return text;
    text += fmt::format(
        ", but the advice names {} that no gate stops", problems == 1 ? "a problem" : "problems"
    );
    const bool is_hot = std::ranges::any_of(advice, [](const Advice& one) {
        return one.topic == "hot_key" && one.kind == Advice::Kind::problem;
    });
    if (is_hot) text += " (a hot key: --max-hot-key would)";
    return text;
}

std::string to_json(const DistributionReport& report) {
    const Distribution& judged = report.distribution;
    Json result = {
        {"records", judged.weight},
        {"distinct_keys", judged.distinct_keys},
        {"input", report.input},
        {"weight", report.weight},
        {"rows", judged.rows},
        {"exact", judged.is_exact},
        {"sampled_keys", judged.sampled_keys},
        {"hot_key_error_max", judged.hot_key_error_max},
        {"records_without_key", judged.keyless},
        {"effective_keys", judged.effective_keys},
        {"unseen_share", or_null(judged.unseen_share)},
        {"layout", layout_json(report.layout)},
        {"levels", Json::array()},
        {"hot_keys", Json::array()},
        {"workers", judged.workers},
        {"speedup_ceiling", judged.speedup_ceiling},
        {"partition_lane_correlation",
         judged.partition_lane ? Json(judged.partition_lane->strength) : Json(nullptr)},
        {"partition_lane", correlation_json(judged.partition_lane)},
        {"segment_lane_correlation",
         judged.segment_lane ? Json(judged.segment_lane->strength) : Json(nullptr)},
        {"agreement", agreement_json(judged.agreement)},
        {"keys_in_several_partitions", judged.keys_in_several_partitions},
        {"what_if", what_if_json(report.tried)},
        {"drift", drift_json(report.drift)},
        {"advice", Json::array()},
        {"gates", Json::array()},
        {"seed", report.seed},
        {"verdict", report.verdict()},
        {"passed", report.has_passed()}};
    for (const LevelJudgement& level : judged.levels) {
        result["levels"].push_back(level_json(level));
    }
    for (const HeavyKey& key : judged.hot_keys) {
        result["hot_keys"].push_back(
            {{"key", readable_key(key.key)},
             {"records", key.weight},
             {"share",
              static_cast<double>(key.weight) /
                  static_cast<double>(std::max<std::uint64_t>(judged.weight, 1))},
             {"error", key.error}}
        );
    }
    for (const Advice& advice : report.advice) {
        result["advice"].push_back(
            {{"kind", name_of(advice.kind)}, {"topic", advice.topic}, {"text", advice.text}}
        );
    }
    for (const Gate& gate : report.gates) {
        result["gates"].push_back(
            {{"name", gate.name},
             {"limit", gate.limit},
             {"value", gate.value},
             {"passed", gate.has_passed()}}
        );
    }
    return result.dump(2) + "\n";
}

std::string to_junit(const DistributionReport& report) {
    const auto failures =
        std::ranges::count_if(report.gates, [](const Gate& gate) { return !gate.has_passed(); });
    std::string text = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuite name=\"odradek distribution\" tests=\"{}\" failures=\"{}\">\n",
        report.gates.size(),
        failures
    );
    for (const Gate& gate : report.gates) {
        text += fmt::format(
            "  <testcase classname=\"{}\" name=\"{}\"", escaped(report.input), escaped(gate.name)
        );
        if (gate.has_passed()) {
            text += "/>\n";
            continue;
        }
        text += fmt::format(
            ">\n    <failure message=\"{} is {:.6g}, limit {} {:.6g}\"/>\n  </testcase>\n",
            escaped(gate.name),
            gate.value,
            gate.is_upper ? "at most" : "at least",
            gate.limit
        );
    }
    return text + "</testsuite>\n";
}

}  // namespace odradek
