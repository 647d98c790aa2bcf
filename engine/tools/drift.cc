#include "engine/tools/drift.h"

#include "engine/tools/readable_key.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <nlohmann/json.hpp>

namespace odradek {

namespace {

using Shares = std::map<std::string, double>;

/// Half the sum of differences; what is in neither map counts as one more entry.
double total_variation(const Shares& one, const Shares& other) {
    double difference = 0;
    double rest = 0;
    for (const auto& [key, share] : one) {
        const auto found = other.find(key);
        difference += std::abs(share - (found == other.end() ? 0 : found->second));
        rest += share;
    }
    for (const auto& [key, share] : other) {
        if (!one.contains(key)) difference += share;
        rest -= share;
    }
    return (difference + std::abs(rest)) / 2;
}

}  // namespace

double Drift::largest() const {
    return std::max(hot_keys, partitions.value_or(0));
}

std::expected<Baseline, std::string> read_baseline(std::string_view json) {
    using Json = nlohmann::json;
    const Json result = Json::parse(json, nullptr, false);
    if (!result.is_object()) return std::unexpected("this is no JSON object");
    try {
        Baseline baseline{
            .weight = result.at("records").get<double>(),
            .distinct_keys = result.at("distinct_keys").get<double>(),
            .effective_keys = result.at("effective_keys").get<double>(),
            .speedup_ceiling = result.at("speedup_ceiling").get<double>(),
            .partition_load = {},
            .hot_keys = {}};
        for (const Json& level : result.at("levels")) {
            if (level.at("level") != "partition") continue;
            baseline.partition_load = level.at("load").get<std::vector<double>>();
        }
        for (const Json& key : result.at("hot_keys")) {
            baseline.hot_keys.push_back(
                {.key = key.at("key").get<std::string>(),
                 .weight = key.at("records").get<std::uint64_t>()}
            );
        }
        return baseline;
    } catch (const Json::exception& error) {
        return std::unexpected(
            std::string("this is not a result of odradek distribution --format json: ") +
            error.what()
        );
    }
}

Drift measure_drift(const Distribution& now, const Baseline& before) {
    Drift drift;
    const auto weight = static_cast<double>(now.weight);
    if (weight <= 0 || before.weight <= 0) return drift;
    const LevelJudgement* const level = now.level(Level::partition);
    if (level != nullptr && level->load.size() == before.partition_load.size()) {
        const double then =
            std::accumulate(before.partition_load.begin(), before.partition_load.end(), 0.0);
        double difference = 0;
        for (std::size_t lane = 0; lane < level->load.size(); ++lane) {
            difference += std::abs(
                static_cast<double>(level->load[lane]) / weight - before.partition_load[lane] / then
            );
        }
        drift.partitions = difference / 2;
    }
    Shares hot_now;
    Shares hot_then;
    for (const HeavyKey& key : now.hot_keys) {
        hot_now[readable_key(key.key)] = static_cast<double>(key.weight) / weight;
    }
    for (const HeavyKey& key : before.hot_keys) {
        hot_then[key.key] = static_cast<double>(key.weight) / before.weight;
    }
    drift.hot_keys = total_variation(hot_now, hot_then);
    for (const auto& [key, share] : hot_now) {
        if (!hot_then.contains(key)) drift.new_hot_keys.push_back(key);
    }
    for (const auto& [key, share] : hot_then) {
        if (!hot_now.contains(key)) drift.gone_hot_keys.push_back(key);
    }
    if (before.effective_keys > 0) {
        drift.effective_keys_ratio = now.effective_keys / before.effective_keys;
    }
    if (before.speedup_ceiling > 0) {
        drift.speedup_ratio = now.speedup_ceiling / before.speedup_ceiling;
    }
    return drift;
}

}  // namespace odradek
