#include "scenarios/load.h"

#include "odradek/contract.h"

#include "scenarios/scenario.h"

#include <algorithm>
#include <chrono>
#include <map>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

using namespace std::chrono_literals;

const std::vector<Topic> one_topic{{.name = "orders", .partitions = 4}};

std::vector<LoadRecord> all_of(const Load& load, const std::vector<Topic>& topics = one_topic) {
    LoadPlan plan(load, topics, Random{7});
    std::vector<LoadRecord> records;
    while (plan.remaining() > 0) {
        records.push_back(plan.next());
    }
    return records;
}

std::map<std::string, int> counts_of(const std::vector<LoadRecord>& records) {
    std::map<std::string, int> counts;
    for (const LoadRecord& record : records) {
        ++counts[record.key];
    }
    return counts;
}

}  // namespace

TEST(LoadPlan, spaces_a_constant_rate_evenly) {
    const auto records = all_of({.records = 5, .arrival = {.rate = {.count = 4, .per = 1s}}});
    ASSERT_EQ(records.size(), 5U);
    EXPECT_EQ(records[1].at, Instant{250ms});
    EXPECT_EQ(records[4].at, Instant{1s});
}

TEST(LoadPlan, brings_bursts_at_one_instant) {
    const auto records = all_of(
        {.records = 6,
         .arrival = {.law = Arrival::Law::bursts, .rate = {.count = 3, .per = 1s}, .burst = 3}}
    );
    EXPECT_EQ(records[0].at, records[2].at);
    EXPECT_EQ(records[3].at, Instant{1s});
}

TEST(LoadPlan, keeps_the_rate_of_a_poisson_stream_and_its_order) {
    const auto records = all_of(
        {.records = 2000,
         .arrival = {.law = Arrival::Law::poisson, .rate = {.count = 1000, .per = 1s}}}
    );
    EXPECT_TRUE(std::ranges::is_sorted(records, {}, &LoadRecord::at));
    const double seconds = std::chrono::duration<double>(records.back().at - Instant{}).count();
    EXPECT_NEAR(seconds, 2.0, 0.3);
}

TEST(LoadPlan, keeps_a_key_in_one_partition) {
    std::map<std::string, PartitionId> places;
    for (const LoadRecord& record : all_of({.records = 500, .keys = {.keys = 20}})) {
        const auto place = places.emplace(record.key, record.partition).first;
        EXPECT_EQ(place->second, record.partition);
    }
    EXPECT_EQ(places.size(), 20U);
}

TEST(LoadPlan, follows_the_laws_of_keys) {
    const Load zipf{.records = 3000, .keys = {.law = KeyLaw::Law::zipf, .keys = 10}};
    auto counts = counts_of(all_of(zipf));
    EXPECT_NEAR(static_cast<double>(counts["k0"]) / counts["k1"], 2.0, 0.4);
    const Load hot{.records = 1000, .keys = {.law = KeyLaw::Law::hot, .keys = 10}};
    EXPECT_NEAR(counts_of(all_of(hot))["k0"], 500, 60);
    const Load unique{.records = 100, .keys = {.law = KeyLaw::Law::unique}};
    EXPECT_EQ(counts_of(all_of(unique)).size(), 100U);
    const auto burst =
        all_of({.records = 40, .keys = {.law = KeyLaw::Law::burst, .keys = 1000, .run = 10}});
    EXPECT_EQ(burst[0].key, burst[9].key);
    EXPECT_NE(burst[9].key, burst[10].key);
}

TEST(LoadPlan, draws_listed_keys_by_their_weight) {
    const Load listed{
        .records = 1000,
        .keys = {.law = KeyLaw::Law::listed, .listed = {{"anna", 3}, {"otto", 1}}}};
    auto counts = counts_of(all_of(listed));
    EXPECT_EQ(counts.size(), 2U);
    EXPECT_NEAR(counts["anna"], 750, 60);
}

TEST(LoadPlan, spreads_records_without_key_and_topics_in_turn) {
    const std::vector<Topic> topics{{"a", 2}, {"b", 3}};
    const auto records = all_of({.records = 12, .null_keys = {.part = 1, .whole = 1}}, topics);
    std::map<std::pair<int, int>, int> places;
    for (const LoadRecord& record : records) {
        EXPECT_FALSE(record.has_key);
        ++places[{record.topic, record.partition.value()}];
    }
    EXPECT_EQ(places.size(), 5U);
}

TEST(LoadPlan, repeats_itself_for_a_seed_and_ends) {
    const Load load{.records = 50, .keys = {.keys = 1000}, .value_bytes_min = 1};
    EXPECT_EQ(counts_of(all_of(load)), counts_of(all_of(load)));
    LoadPlan plan({.records = 1}, one_topic, Random{1});
    plan.next();
    EXPECT_THROW(plan.next(), ContractViolation);
}

}  // namespace odradek::scenarios
