#include "engine/tools/advice.h"

#include "engine/tools/readable_key.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace odradek {

namespace {

constexpr double convincing = 0.001;  // chance below which luck is no explanation

class Adviser {
public:
    Adviser(const Distribution& judged, const Layout& layout) : judged_(judged), layout_(layout) {}

    std::vector<Advice> take() { return std::move(advice_); }

    void look_at_hot_key() {
        if (judged_.hot_keys.empty() || judged_.weight == 0) return;
        const HeavyKey& key = judged_.hot_keys.front();
        const double share = static_cast<double>(key.weight) / static_cast<double>(judged_.weight);
        const double fair_lane = 1.0 / std::max<double>(layout_.partitions, judged_.workers);
        if (share < 1.5 * fair_lane || share < 0.01 || judged_.distinct_keys < layout_.partitions) {
            return;
        }
        add(Advice::Kind::problem,
            "hot_key",
            fmt::format(
                "key {} alone carries {:.1f} % of the load: whatever the hash, a consumer that "
                "keeps "
                "key order is at most {:.1f} times as fast as one worker. Split that key (a suffix "
                "the consumer can do without), or process it unordered. --max-hot-key makes this a "
                "gate",
                readable_key(key.key),
                100 * share,
                1 / share
            ));
    }

    void look_at_pairs() {
        if (judged_.partition_lane &&
            judged_.partition_lane->reachable < judged_.partition_lane->lanes) {
            const Correlation& pairs = *judged_.partition_lane;
            add(Advice::Kind::problem,
                "same_hash",
                fmt::format(
                    "the lane follows from the partition: only {} of {} lanes can be reached by "
                    "any "
                    "key, {} of {} in a partition. Partitioner and reducer take the same hash; "
                    "take "
                    "murmur2-salted as the reducer{}",
                    pairs.reachable,
                    pairs.lanes,
                    pairs.reachable_min,
                    layout_.virtual_partitions,
                    std::gcd(layout_.partitions, layout_.virtual_partitions) > 1
                        ? ", or numbers of partitions and lanes without a common divisor"
                        : ""
                ));
        } else if (judged_.partition_lane && judged_.partition_lane->p_value < convincing &&
                   judged_.partition_lane->strength > 0.01) {
            add(Advice::Kind::warning,
                "correlation",
                fmt::format(
                    "partition and lane are not independent (strength {:.2f}): some lanes of a "
                    "partition stay light. murmur2-salted has no such tie",
                    judged_.partition_lane->strength
                ));
        }
        if (judged_.segment_lane && judged_.segment_lane->strength > 0.2 &&
            judged_.segment_lane->p_value < convincing) {
            add(Advice::Kind::problem,
                "same_hash_segments",
                fmt::format(
                    "inside a segment only some lanes get keys (strength {:.2f}): segments and "
                    "lanes "
                    "take the same reducer. Give them different ones (--segment-reducer)",
                    judged_.segment_lane->strength
                ));
        }
    }

    void look_at_level(const LevelJudgement& level, const std::string& reducer) {
        if (level.level == Level::key || level.lanes < 2) return;
        const double p = std::min(level.p_value.value_or(1), level.g_p_value.value_or(1));
        const std::string name = level.level == Level::virtual_partition
                                     ? "virtual partitions"
                                     : std::string(name_of(level.level)) + "s";
        if (p < convincing && level.max_over_mean > 1.05) {
            add(Advice::Kind::problem,
                "uneven_hash",
                fmt::format(
                    "{} spreads these keys over {} worse than luck allows (heaviest {:.2f} times "
                    "the "
                    "mean; a fair hash gives {:.2f}; chance {}).{}",
                    reducer,
                    name,
                    level.max_over_mean,
                    level.expected_max_over_mean,
                    p > 0 ? fmt::format("{:.2g}", p) : "none",
                    level.level == Level::partition ? " Another partitioner spreads them better"
                                                    : " Take murmur2-salted"
                ));
        } else if (level.max_over_mean > 1.5) {
            add(Advice::Kind::warning,
                "few_or_heavy_keys",
                fmt::format(
                    "the heaviest of the {} {} has {:.2f} times the mean, as a fair hash of these "
                    "keys would ({:.2f} on average): the keys are too few or too unequal, another "
                    "hash would not help",
                    level.lanes,
                    name,
                    level.max_over_mean,
                    level.expected_max_over_mean
                ));
        }
    }

    void look_at_workers() {
        if (judged_.workers == 0) return;
        const double share = judged_.speedup_ceiling / judged_.workers;
        if (share > 0.95) return;
        const LevelJudgement* const keys = judged_.level(Level::key);
        const double by_key = std::min<double>(judged_.workers, keys->speedup_ceiling);
        std::string text = fmt::format(
            "{} workers, but the heaviest lane allows a speed-up of {:.1f} only ({:.0f} %)",
            judged_.workers,
            judged_.speedup_ceiling,
            100 * share
        );
        if (layout_.virtual_partitions > 0 && by_key > 1.05 * judged_.speedup_ceiling) {
            text += fmt::format(
                "; with a lane per key instead of {} virtual partitions it would be {:.1f}",
                layout_.virtual_partitions,
                by_key
            );
        }
        add(Advice::Kind::warning, "ceiling", std::move(text));
    }

    void look_at_sample() {
        if (judged_.distinct_keys == 0) return;
        if (judged_.unseen_share &&
            judged_.distinct_keys == judged_.rows - std::min(judged_.rows, judged_.keyless)) {
            add(Advice::Kind::warning,
                "list_of_keys",
                "every key occurs once: this looks like a list of keys, not a sample of records. "
                "Loads "
                "here count keys; give --weight, or records as they were sent, to see hot keys");
        } else if (judged_.unseen_share.value_or(0) > 0.05) {
            add(Advice::Kind::warning,
                "sample",
                fmt::format(
                    "about {:.0f} % of the traffic has keys that this sample has not seen (so many "
                    "of its records have a key seen once): take a larger sample",
                    100 * *judged_.unseen_share
                ));
        }
        if (judged_.keyless * 20 > judged_.weight) {
            add(Advice::Kind::warning,
                "no_key",
                fmt::format(
                    "{:.0f} % of the load has no key: {}",
                    100 * static_cast<double>(judged_.keyless) /
                        static_cast<double>(judged_.weight),
                    "the reducers' rules decide where it goes, and in key order it is one single "
                    "key"
                ));
        }
        if (judged_.keys_in_several_partitions > 0) {
            add(Advice::Kind::problem,
                "several_partitions",
                fmt::format(
                    "{} keys are found in more than one partition: their order is already broken. "
                    "Two producers with different partitioners, or partitions were added",
                    judged_.keys_in_several_partitions
                ));
        }
        if (judged_.agreement && judged_.agreement->same < judged_.agreement->keys) {
            add(Advice::Kind::problem,
                "agreement",
                fmt::format(
                    "a producer with {} would send {:.0f} % of the keys to another partition "
                    "({:.0f} % agree by chance): order breaks when both write",
                    judged_.agreement->partitioner,
                    100 - 100 * static_cast<double>(judged_.agreement->same) /
                              static_cast<double>(judged_.agreement->keys),
                    100 * judged_.agreement->expected
                ));
        }
    }

    void look_at_tried(std::span<const WhatIf> tried) {
        if (tried.empty() || judged_.speedup_ceiling <= 0) return;
        const WhatIf& best = tried.front();
        if (best.speedup_ceiling < 1.05 * judged_.speedup_ceiling) {
            add(Advice::Kind::idea,
                "what_if",
                "none of the layouts tried is worth a change: the ceiling rises by less than 5 %");
            return;
        }
        std::string layout = fmt::format("{} partitions ({})", best.partitions, best.partitioner);
        if (best.virtual_partitions > 0) {
            layout +=
                fmt::format(" with {} virtual ones ({})", best.virtual_partitions, best.reducer);
        }
        add(Advice::Kind::idea,
            "what_if",
            fmt::format(
                "best of {} layouts tried: {}, speed-up ceiling {:.1f} instead of {:.1f}: {}",
                tried.size(),
                layout,
                best.speedup_ceiling,
                judged_.speedup_ceiling,
                best.reason
            ));
    }

private:
    void add(Advice::Kind kind, std::string topic, std::string text) {
        advice_.push_back({.kind = kind, .topic = std::move(topic), .text = std::move(text)});
    }

    const Distribution& judged_;
    const Layout& layout_;
    std::vector<Advice> advice_;
};

}  // namespace

std::vector<Advice> advise(
    const Distribution& distribution, const Layout& layout, std::span<const WhatIf> tried
) {
    Adviser adviser{distribution, layout};
    adviser.look_at_hot_key();
    adviser.look_at_pairs();
    for (const LevelJudgement& level : distribution.levels) {
        const bool is_partition = level.level == Level::partition;
        const std::string partitioner =
            layout.partitioner ? layout.partitioner->name() : "the producer";
        const Reducer& inner =
            level.level == Level::segment ? layout.segment_reducer : layout.reducer;
        adviser.look_at_level(level, is_partition ? partitioner : inner.name());
    }
    adviser.look_at_workers();
    adviser.look_at_sample();
    adviser.look_at_tried(tried);
    std::vector<Advice> advice = adviser.take();
    std::ranges::stable_sort(advice, {}, &Advice::kind);
    return advice;
}

}  // namespace odradek
