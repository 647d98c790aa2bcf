#include "engine/tools/distribution.h"

#include "odradek/contract.h"

#include "engine/tools/readable_key.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <utility>

namespace odradek {

namespace {

constexpr std::size_t key_loads_max = 1'000;    // loads shown at level key
constexpr std::size_t thrown_keys_max = 6'000;  // the rest enters the fair hash as sums

double as_double(std::uint64_t number) {
    return static_cast<double>(number);
}

/// The keys as a fair hash would throw them, the heaviest one by one.
FairKeys fair_keys(const KeyCensus& census) {
    FairKeys keys;
    const std::size_t thrown = std::min(thrown_keys_max, census.sure_heavy);
    for (const HeavyKey& key : std::span{census.heavy}.first(thrown)) {
        keys.weights.push_back(as_double(key.weight - key.error / 2));
    }
    const std::uint64_t bound = census.heavy_error_max;
    const auto scale = as_double(census.keys_per_sampled);
    // an exact census lists its heaviest keys first, in the order of `heavy`
    std::size_t skipped = census.is_exact() ? thrown : 0;
    for (const CountedKey& key : std::span{census.keys}.subspan(skipped)) {
        const double weight = as_double(key.weight);
        if (!census.is_exact() && key.weight > bound) continue;  // among the sure heavy ones
        keys.light_count += census.keys_per_sampled;
        keys.light_sum += scale * weight;
        keys.light_squares += scale * weight * weight;
        keys.light_cubes += scale * weight * weight * weight;
    }
    return keys;
}

void judge_spread(LevelJudgement& judged, double total) {
    const auto lanes = as_double(judged.lanes);
    const double mean = total / lanes;
    double squares = 0;
    for (const std::uint64_t load : judged.load) {
        squares += (as_double(load) - mean) * (as_double(load) - mean);
        judged.used += load > 0 ? 1U : 0U;
    }
    const double heaviest = as_double(std::ranges::max(judged.load));
    if (total <= 0) return;
    judged.max_over_mean = heaviest / mean;
    judged.coefficient_of_variation = std::sqrt(squares / lanes) / mean;
    judged.speedup_ceiling = total / heaviest;
}

double square_distance(const std::vector<std::uint64_t>& loads) {
    const double mean = std::accumulate(loads.begin(), loads.end(), 0.0) / as_double(loads.size());
    return std::accumulate(loads.begin(), loads.end(), 0.0, [&](double sum, std::uint64_t load) {
        return sum + (as_double(load) - mean) * (as_double(load) - mean);
    });
}

void judge_key_counts(LevelJudgement& judged, const std::vector<std::uint64_t>& counts) {
    const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
    const auto lanes = as_double(judged.lanes);
    if (total / lanes < 5) return;  // the table of chi-square does not hold for so few
    double statistic = 0;
    for (const std::uint64_t count : counts) {
        if (count > 0) statistic += as_double(count) * std::log(as_double(count) * lanes / total);
    }
    judged.g_statistic = 2 * statistic;
    judged.g_p_value = chi_square_chance(2 * statistic, lanes - 1);
}

/// `spread` is the weight that no key binds to a lane: it lies evenly under any hash.
void judge_luck(
    LevelJudgement& judged, const FairKeys& keys, double spread, const FairHashOptions& options
) {
    const double total = keys.sum() + spread;
    const auto lanes = as_double(judged.lanes);
    if (total <= 0) return;
    judged.expected_used = expected_lanes_used(as_double(judged.keys), lanes);
    FairMaximum law = fair_maximum(keys, judged.lanes, options);
    const auto over_mean = [&](double load) { return (load + spread / lanes) / (total / lanes); };
    judged.expected_max_over_mean = over_mean(law.mean);
    judged.fair_max_over_mean = over_mean(law.quantile);
    judged.fair_method = law.method;
    judged.fair_trials = law.trials;
    const double squares = keys.squares();
    if (judged.lanes < 2 || squares <= 0) return;
    const double distance = square_distance(judged.load);
    judged.chi_square = distance * lanes / squares;
    // The sum of squares is chi-square distributed when many keys share each lane and none decides.
    const double heaviest = keys.weights.empty() ? 0 : std::ranges::max(keys.weights);
    const bool are_many =
        as_double(keys.count()) >= 5 * lanes && heaviest * heaviest < squares / 50;
    if (are_many) {
        judged.p_method = ChanceMethod::chi_square;
        judged.p_value = chi_square_chance(*judged.chi_square, lanes - 1);
        return;
    }
    if (law.square_distances.empty()) law = fair_maximum_by_trials(keys, judged.lanes, options);
    judged.p_method = ChanceMethod::monte_carlo;
    judged.p_value = law.chance_of(distance);
}

class Judge {
public:
    Judge(const KeyCensus& census, LaneLoads& loads, const JudgeOptions& options)
        : census_(census)
        , loads_(loads)
        , options_(options)
        , keys_(fair_keys(census)) {}

    Distribution judge() {
        place_keys();
        Distribution result;
        result.rows = census_.rows;
        result.weight = census_.weight;
        result.keyless = census_.keyless_weight();
        result.distinct_keys = census_.distinct();
        result.is_exact = census_.is_exact();
        result.sampled_keys = census_.is_exact() ? 0 : census_.keys.size();
        result.hot_key_error_max = census_.heavy_error_max;
        result.effective_keys =
            keys_.squares() > 0 ? keys_.sum() * keys_.sum() / keys_.squares() : 0;
        result.hot_keys.assign(
            census_.heavy.begin(),
            census_.heavy.begin() +
                static_cast<std::ptrdiff_t>(std::min(options_.hot_keys, census_.heavy.size()))
        );
        const Layout& layout = loads_.layout();
        result.levels.push_back(judge_level(Level::partition, loads_.partitions()));
        if (layout.virtual_partitions > 0) {
            result.levels.push_back(judge_level(Level::virtual_partition, loads_.lanes()));
        }
        if (layout.segments > 0) {
            result.levels.push_back(judge_level(Level::segment, loads_.segments()));
        }
        result.levels.push_back(judge_keys());
        result.workers = options_.workers;
        const Level finest = layout.virtual_partitions > 0 ? Level::virtual_partition : Level::key;
        result.speedup_ceiling = result.level(finest)->speedup_ceiling;
        if (options_.workers > 0) {
            result.speedup_ceiling = std::min(result.speedup_ceiling, as_double(options_.workers));
        }
        judge_pairs(result);
        judge_sample(result);
        for (LevelJudgement& level : result.levels) {
            list_shared_lanes(level);
        }
        return result;
    }

private:
    void place_keys() {
        for (const CountedKey& key : census_.keys) {
            if (census_.is_exact()) {
                loads_.add_distinct(key);
            } else {
                loads_.add_key_only(key);
            }
        }
        for (const auto& [partition, weight] : census_.keyless) {
            loads_.add_keyless(partition, weight);
        }
    }

    LevelJudgement judge_level(Level level, const BucketLoads& loads) {
        LevelJudgement judged;
        judged.level = level;
        judged.lanes = loads.weight.size();
        judged.load = loads.weight;
        const std::uint64_t counted =
            std::accumulate(loads.keys.begin(), loads.keys.end(), std::uint64_t{0});
        judged.keys = counted * census_.keys_per_sampled;
        judge_spread(judged, as_double(census_.weight));
        judged.collisions = judged.keys > judged.used ? judged.keys - judged.used : 0;
        const double bound = std::max(0.0, as_double(census_.weight) - keys_.sum());
        judge_luck(judged, keys_, bound, options_.fair);
        if (judged.lanes > 1) judge_key_counts(judged, loads.keys);
        return judged;
    }

    LevelJudgement judge_keys() {
        LevelJudgement judged;
        judged.level = Level::key;
        judged.keys = census_.distinct();
        const std::uint64_t keyless = census_.keyless_weight();
        judged.lanes = judged.keys + (keyless > 0 ? 1U : 0U);  // null keys are a key of their own
        judged.used = judged.lanes;
        judged.expected_used = as_double(judged.lanes);
        for (const HeavyKey& key : census_.heavy) {
            if (judged.load.size() < key_loads_max) judged.load.push_back(key.weight);
        }
        if (keyless > 0) judged.load.push_back(keyless);
        std::ranges::sort(judged.load, std::greater<>{});
        if (judged.load.empty() || census_.weight == 0 || judged.load.front() == 0) return judged;
        const double mean = as_double(census_.weight) / as_double(judged.lanes);
        const double squares = keys_.squares() + as_double(keyless) * as_double(keyless);
        judged.max_over_mean = as_double(judged.load.front()) / mean;
        judged.expected_max_over_mean = judged.max_over_mean;  // no hash is asked
        judged.fair_max_over_mean = judged.max_over_mean;
        judged.coefficient_of_variation =
            std::sqrt(std::max(0.0, squares / as_double(judged.lanes) - mean * mean)) / mean;
        judged.speedup_ceiling = as_double(census_.weight) / as_double(judged.load.front());
        return judged;
    }

    [[nodiscard]] std::optional<std::uint64_t> lane_of(Level level, const CountedKey& key) const {
        const Layout& layout = loads_.layout();
        const auto bucket = [&](const Reducer& reducer, std::uint32_t count) {
            return reducer.reduce(key.key, count).value_or(std::nullopt);
        };
        if (level == Level::segment) return bucket(layout.segment_reducer, layout.segments);
        Reducer::Bucket partition;
        if (key.partition >= 0) partition = static_cast<std::uint32_t>(key.partition);
        if (layout.partitioner) partition = bucket(*layout.partitioner, layout.partitions);
        if (!partition || level == Level::partition) return partition;
        const Reducer::Bucket lane = bucket(layout.reducer, layout.virtual_partitions);
        if (!lane) return std::nullopt;
        return std::uint64_t{*partition} * layout.virtual_partitions + *lane;
    }

    /// Which of the heaviest keys meet: what one looks at when a lane is too heavy.
    void list_shared_lanes(LevelJudgement& level) const {
        constexpr std::size_t looked_at = 200;
        constexpr std::size_t keys_max = 8;
        constexpr std::size_t lanes_max = 10;
        if (level.level == Level::key || level.lanes < 2) return;
        std::map<std::uint64_t, std::vector<std::string>> met;
        for (std::size_t at = 0; at < std::min(looked_at, census_.keys.size()); ++at) {
            const auto lane = lane_of(level.level, census_.keys[at]);
            if (lane) met[*lane].push_back(readable_key(census_.keys[at].key));
        }
        for (auto& [lane, keys] : met) {
            if (keys.size() < 2) continue;
            if (keys.size() > keys_max) keys.resize(keys_max);
            level.shared.push_back({.lane = lane, .keys = std::move(keys)});
        }
        std::ranges::stable_sort(level.shared, std::greater<>{}, [&](const SharedLane& shared) {
            return level.load[shared.lane];
        });
        if (level.shared.size() > lanes_max) level.shared.resize(lanes_max);
    }

    void judge_pairs(Distribution& result) {
        const Layout& layout = loads_.layout();
        const std::size_t lanes = layout.virtual_partitions;
        if (lanes > 0 && layout.partitions > 0) {
            result.partition_lane = correlate(loads_.lanes().keys, lanes);
            count_reachable(layout, options_.fair.seed, *result.partition_lane);
        }
        if (lanes > 0 && layout.segments > 0) {
            result.segment_lane = correlate(loads_.segment_lane_keys(), lanes);
        }
        if (options_.other_partitioner && layout.partitioner) {
            judge_agreement(result, *layout.partitioner, *options_.other_partitioner);
        }
    }

    void judge_agreement(Distribution& result, const Reducer& one, const Reducer& other) {
        const std::uint32_t partitions = loads_.layout().partitions;
        Agreement agreement{
            .partitioner = other.name(), .expected = 1 / static_cast<double>(partitions)};
        for (const CountedKey& key : census_.keys) {
            const auto here = one.reduce(key.key, partitions);
            const auto there = other.reduce(key.key, partitions);
            ++agreement.keys;
            const bool are_bound = here && there && here->has_value() && there->has_value();
            if (are_bound && **here == **there) ++agreement.same;
        }
        result.agreement = agreement;
    }

    void judge_sample(Distribution& result) const {
        std::vector<std::string_view> names;
        const bool has_partitions = !loads_.layout().partitioner;
        std::uint64_t once = 0;
        for (const CountedKey& key : census_.keys) {
            if (key.weight == 1) ++once;
            if (has_partitions) names.push_back(key.key);
        }
        std::ranges::sort(names);
        for (std::size_t at = 1; at < names.size(); ++at) {
            const bool is_repeated = names[at] == names[at - 1];
            const bool is_first = at == 1 || names[at - 1] != names[at - 2];
            if (is_repeated && is_first) ++result.keys_in_several_partitions;
        }
        if (options_.is_weighted || census_.rows == 0) return;
        result.unseen_share = as_double(once * census_.keys_per_sampled) / as_double(census_.rows);
    }

    const KeyCensus& census_;
    LaneLoads& loads_;
    const JudgeOptions& options_;
    FairKeys keys_;
};

}  // namespace

std::string_view name_of(Level level) {
    switch (level) {
        case Level::partition:
            return "partition";
        case Level::virtual_partition:
            return "virtual_partition";
        case Level::segment:
            return "segment";
        case Level::key:
            return "key";
    }
    return "";
}

const LevelJudgement* Distribution::level(Level wanted) const {
    const auto found = std::ranges::find(levels, wanted, &LevelJudgement::level);
    return found == levels.end() ? nullptr : &*found;
}

Distribution judge_distribution(
    const KeyCensus& census, LaneLoads& loads, const JudgeOptions& options
) {
    return Judge{census, loads, options}.judge();
}

}  // namespace odradek
