#include "engine/tools/distribution.h"

#include "engine/base/random.h"
#include "engine/tools/advice.h"
#include "engine/tools/gates.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

using testing::ElementsAre;

Reducer reducer(std::string_view name) {
    return Reducer::named(name).value();
}

/// Owns what a census points into.
class Sample {
public:
    void add(const std::string& key, std::uint64_t weight = 1, std::int32_t partition = -1) {
        counter_.add(std::vector<KeyRecord>{{.key = key, .weight = weight, .partition = partition}}
        );
    }
    void add_null(std::uint64_t weight = 1) {
        counter_.add(std::vector<KeyRecord>{{.key = {}, .weight = weight, .has_key = false}});
    }
    Distribution judge(const Layout& layout, const JudgeOptions& options = {}) {
        LaneLoads loads{layout};
        const KeyCensus census = counter_.census();
        return judge_distribution(census, loads, options);
    }

private:
    KeyCounter counter_{{}, nullptr};
};

Sample users(int count, std::uint64_t weight = 1) {
    Sample sample;
    for (int i = 0; i < count; ++i) {
        sample.add("user-" + std::to_string(i), weight);
    }
    return sample;
}

std::vector<std::string> failed(const Distribution& distribution, const GateOptions& options = {}) {
    std::vector<std::string> names;
    for (const Gate& gate : check_gates(distribution, options, std::nullopt)) {
        if (!gate.has_passed()) names.push_back(gate.name);
    }
    return names;
}

}  // namespace

// PS-8: Karafka's manual.
TEST(Distribution, TK3_shows_the_collisions_of_the_reference_case) {
    Sample sample;
    for (const char* key : {"0", "5", "14", "23"}) {
        sample.add(key);
    }
    const Distribution judged = sample.judge({.segments = 5});
    const LevelJudgement* const segments = judged.level(Level::segment);
    ASSERT_NE(segments, nullptr);
    EXPECT_THAT(segments->load, ElementsAre(0, 2, 0, 2, 0));
    EXPECT_EQ(segments->used, 2U);
    EXPECT_EQ(segments->collisions, 2U);
    EXPECT_EQ(segments->max_over_mean, 2.5);
    EXPECT_NEAR(segments->expected_used, 2.952, 1e-9);
    ASSERT_EQ(segments->shared.size(), 2U);
    EXPECT_EQ(segments->shared[0].lane, 1U);
    EXPECT_THAT(segments->shared[0].keys, ElementsAre("14", "23"));
    EXPECT_THAT(segments->shared[1].keys, ElementsAre("0", "5"));
    EXPECT_THAT(failed(judged), ElementsAre("segment.min_lanes_used"));
}

TEST(Distribution, reports_the_lanes_that_the_same_hash_taken_twice_can_reach) {
    Sample sample = users(5'000);
    const Distribution judged = sample.judge(
        {.partitioner = reducer("murmur2"),
         .partitions = 12,
         .reducer = reducer("murmur2"),
         .virtual_partitions = 12}
    );
    ASSERT_TRUE(judged.partition_lane.has_value());
    EXPECT_EQ(judged.partition_lane->lanes, 144U);
    EXPECT_EQ(judged.partition_lane->reachable, 12U);
    EXPECT_EQ(judged.partition_lane->reachable_min, 1U);
    EXPECT_NEAR(judged.partition_lane->strength, 1, 0.01);
    EXPECT_LT(judged.partition_lane->p_value, 1e-9);
    EXPECT_EQ(judged.level(Level::virtual_partition)->used, 12U);
    EXPECT_THAT(
        failed(judged),
        ElementsAre("virtual_partition.max_over_mean", "virtual_partition.min_lanes_used")
    );
}

TEST(Distribution, counts_reachable_lanes_by_the_common_divisor) {
    Sample sample = users(5'000);
    const Distribution judged = sample.judge(
        {.partitioner = reducer("murmur2"),
         .partitions = 12,
         .reducer = reducer("murmur2"),
         .virtual_partitions = 8}
    );
    EXPECT_EQ(judged.partition_lane->reachable, 24U);  // least common multiple of 12 and 8
    EXPECT_EQ(judged.partition_lane->reachable_min, 2U);
    EXPECT_NEAR(judged.partition_lane->strength, std::log(4) / std::log(8), 0.01);
}

TEST(Distribution, finds_the_salted_hash_independent_of_the_partitioner) {
    Sample sample = users(5'000);
    const Distribution judged = sample.judge(
        {.partitioner = reducer("murmur2"),
         .partitions = 12,
         .reducer = reducer("murmur2-salted"),
         .virtual_partitions = 12}
    );
    EXPECT_EQ(judged.partition_lane->reachable, 144U);
    EXPECT_LT(judged.partition_lane->strength, 0.01);
    EXPECT_GT(judged.partition_lane->p_value, 0.001);
    EXPECT_THAT(failed(judged), ElementsAre());
}

TEST(Distribution, blames_no_small_sample_for_bad_luck) {
    // twenty keys in twelve lanes: some lane has three or four, and that is luck
    Sample sample = users(20);
    const Distribution judged = sample.judge({.partitioner = reducer("murmur2"), .partitions = 12});
    EXPECT_GT(judged.level(Level::partition)->max_over_mean, 1.5);
    EXPECT_THAT(check_gates(judged, {}, std::nullopt)[0].limit, testing::Gt(2));
    const auto names = failed(judged);
    EXPECT_EQ(std::ranges::count(names, "partition.max_over_mean"), 0);
    EXPECT_EQ(
        std::ranges::count(failed(judged, {.max_over_mean = 1.5}), "partition.max_over_mean"), 1
    );
}

TEST(Distribution, gives_pearson_s_chi_square_when_all_keys_weigh_the_same) {
    Sample sample = users(1'200, 3);
    const Distribution judged = sample.judge({.partitioner = reducer("murmur2"), .partitions = 12});
    const LevelJudgement& level = *judged.level(Level::partition);
    double pearson = 0;
    double g = 0;
    for (const std::uint64_t load : level.load) {
        const double keys = static_cast<double>(load) / 3;
        pearson += (keys - 100) * (keys - 100) / 100;
        g += 2 * keys * std::log(keys / 100);
    }
    EXPECT_NEAR(level.chi_square.value(), pearson, 1e-9);
    EXPECT_NEAR(level.g_statistic.value(), g, 1e-9);
    EXPECT_EQ(level.p_method, ChanceMethod::chi_square);
    EXPECT_NEAR(level.p_value.value(), chi_square_chance(pearson, 11), 1e-12);
    EXPECT_EQ(level.fair_method, FairMethod::exact);
}

// Tables of the chi-square distribution: 5 % points.
TEST(ChiSquareChance, agrees_with_the_tables) {
    EXPECT_NEAR(chi_square_chance(3.841, 1), 0.05, 1e-4);
    EXPECT_NEAR(chi_square_chance(19.675, 11), 0.05, 1e-4);
    EXPECT_NEAR(chi_square_chance(18.307, 10), 0.05, 1e-4);
    EXPECT_NEAR(chi_square_chance(31.264, 11), 0.001, 1e-5);
    EXPECT_EQ(chi_square_chance(0, 5), 1);
}

TEST(Distribution, gives_fair_hashes_p_values_that_are_spread_evenly) {
    int low = 0;
    constexpr int runs = 200;
    Random random{77};
    for (int run = 0; run < runs; ++run) {
        Sample sample;
        for (int i = 0; i < 300; ++i) {
            sample.add(std::to_string(random.next()), 1 + random.below(4));
        }
        const Distribution judged = sample.judge(
            {.partitioner = reducer("murmur2"), .partitions = 12}, {.fair = {.draws_max = 200'000}}
        );
        low += judged.level(Level::partition)->p_value.value() < 0.2 ? 1 : 0;
    }
    EXPECT_NEAR(low, 0.2 * runs, 4 * std::sqrt(0.16 * runs));
}

TEST(Distribution, gives_the_ceiling_of_any_engine_in_key_order) {
    Sample sample = users(100);
    sample.add("hot", 100);
    const Layout layout{.partitioner = reducer("murmur2"), .partitions = 12};
    EXPECT_EQ(sample.judge(layout).speedup_ceiling, 2);  // 200 / 100
    EXPECT_EQ(sample.judge(layout, {.workers = 16}).speedup_ceiling, 2);
    Sample even = users(100);
    EXPECT_EQ(even.judge(layout).speedup_ceiling, 100);
    EXPECT_EQ(even.judge(layout, {.workers = 16}).speedup_ceiling, 16);
}

// The Zipf row of the published tables: 1,000 keys, exponent 1: H(1000) = 7.485.
TEST(Distribution, gives_the_effective_number_of_keys_and_the_ceiling_of_zipf) {
    Sample sample;
    double sum = 0;
    double squares = 0;
    for (int rank = 1; rank <= 1'000; ++rank) {
        const auto weight = static_cast<std::uint64_t>(std::llround(1e9 / rank));
        sample.add("k" + std::to_string(rank), weight);
        sum += 1.0 / rank;
        squares += 1.0 / rank / rank;
    }
    const Distribution judged = sample.judge({.partitioner = reducer("murmur2"), .partitions = 12});
    EXPECT_NEAR(judged.speedup_ceiling, 7.485, 0.001);
    EXPECT_NEAR(judged.effective_keys, sum * sum / squares, 1e-3);
}

TEST(Distribution, puts_null_keys_where_each_reducer_does) {
    Sample sample;
    sample.add_null(120);
    EXPECT_THAT(
        sample.judge({.segments = 5}).level(Level::segment)->load, ElementsAre(120, 0, 0, 0, 0)
    );
    EXPECT_THAT(
        sample.judge({.segment_reducer = reducer("bytesum"), .segments = 5})
            .level(Level::segment)
            ->load,
        ElementsAre(24, 24, 24, 24, 24)
    );
    EXPECT_EQ(sample.judge({.segments = 5}).keyless, 120U);
}

TEST(Distribution, loses_no_weight_at_any_level) {
    Sample sample = users(500, 3);
    sample.add_null(101);
    sample.add("", 7);
    for (const char* name : {"sum16", "bytesum", "murmur2", "crc32", "consistent", "random"}) {
        const Distribution judged = sample.judge(
            {.partitioner = reducer("crc32"),
             .partitions = 7,
             .reducer = reducer(name),
             .virtual_partitions = 3,
             .segment_reducer = reducer(name),
             .segments = 4}
        );
        for (const LevelJudgement& level : judged.levels) {
            if (level.level == Level::key) continue;
            EXPECT_EQ(std::accumulate(level.load.begin(), level.load.end(), 0ULL), 1'608U)
                << name << " " << name_of(level.level);
        }
    }
}

TEST(Distribution, compares_two_producers) {
    Sample sample = users(2'000);
    const Layout layout{.partitioner = reducer("murmur2"), .partitions = 12};
    const Distribution same =
        sample.judge(layout, {.other_partitioner = reducer("rdkafka-murmur2")});
    EXPECT_EQ(same.agreement->same, 2'000U);
    const Distribution other = sample.judge(layout, {.other_partitioner = reducer("crc32")});
    EXPECT_NEAR(static_cast<double>(other.agreement->same), 2'000.0 / 12, 60);
    EXPECT_THAT(failed(other, {.min_agreement = 1}), ElementsAre("min_agreement"));
}

TEST(Distribution, takes_partitions_as_the_input_says_and_finds_keys_in_several) {
    Sample sample;
    sample.add("a", 1, 0);
    sample.add("a", 1, 2);
    sample.add("a", 1, 1);
    sample.add("b", 5, 1);
    const Distribution judged = sample.judge({.partitions = 3});
    EXPECT_THAT(judged.level(Level::partition)->load, ElementsAre(1, 6, 1));
    EXPECT_EQ(judged.keys_in_several_partitions, 1U);
}

TEST(Distribution, estimates_the_share_of_traffic_that_the_sample_has_not_seen) {
    Sample sample;
    for (int i = 0; i < 100; ++i) {
        sample.add("seen");
        if (i < 25) sample.add("once-" + std::to_string(i));
    }
    const Layout layout{.partitioner = reducer("murmur2"), .partitions = 3};
    EXPECT_EQ(sample.judge(layout).unseen_share, 0.2);  // 25 of 125
    EXPECT_EQ(sample.judge(layout, {.is_weighted = true}).unseen_share, std::nullopt);
}

TEST(Correlate, is_zero_for_independent_and_one_for_equal_numbers) {
    EXPECT_EQ(correlate({100, 100, 100, 100}, 2).strength, 0);
    EXPECT_NEAR(correlate({100, 0, 0, 100}, 2).strength, 1, 0.01);
    EXPECT_GT(correlate({100, 100, 100, 100}, 2).p_value, 0.99);
    EXPECT_LT(correlate({100, 0, 0, 100}, 2).p_value, 1e-9);
    EXPECT_EQ(correlate({5, 0, 0, 0}, 2).strength, 0);  // one row used: nothing to tell
}

TEST(Gates, are_off_when_asked_and_check_shares_when_asked) {
    Sample sample = users(99);
    sample.add("hot", 1'000);
    const Distribution judged =
        sample.judge({.partitioner = reducer("murmur2"), .partitions = 2}, {.workers = 8});
    EXPECT_THAT(failed(judged), ElementsAre());
    EXPECT_THAT(
        failed(judged, {.min_speedup = 4, .max_hot_key = 0.5}),
        ElementsAre("min_speedup", "max_hot_key")
    );
    EXPECT_THAT(check_gates(judged, {.are_off = true, .min_speedup = 4}, 0.5), ElementsAre());
    EXPECT_EQ(check_gates(judged, {.max_drift = 0.1}, 0.5).back().has_passed(), false);
}

TEST(Advice, names_the_hot_key_and_the_hash_that_is_taken_twice) {
    Sample sample = users(5'000);
    sample.add("hot", 2'000);
    const Layout layout{
        .partitioner = reducer("murmur2"),
        .partitions = 12,
        .reducer = reducer("murmur2"),
        .virtual_partitions = 12};
    const Distribution judged = sample.judge(layout);
    std::vector<std::string> topics;
    for (const Advice& advice : advise(judged, layout, {})) {
        topics.push_back(advice.topic);
    }
    EXPECT_THAT(topics, testing::IsSupersetOf({"hot_key", "same_hash", "uneven_hash"}));
}

}  // namespace odradek
