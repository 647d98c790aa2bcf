#include "engine/tools/lane_loads.h"

#include <numeric>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

using testing::ElementsAre;

/// The number in the key's text, modulo the count.
Reducer by_number() {
    return Reducer{"by-number", [](PartitionKey key, std::uint32_t count) {
                       return std::stoll(std::string(key.value_or("0"))) % std::int64_t{count};
                   }};
}

std::uint64_t sum(const std::vector<std::uint64_t>& loads) {
    return std::accumulate(loads.begin(), loads.end(), std::uint64_t{0});
}

}  // namespace

TEST(LaneLoads, adds_weights_and_counts_keys_by_partition_lane_and_segment) {
    LaneLoads loads{
        {.partitioner = by_number(),
         .partitions = 2,
         .reducer = by_number(),
         .virtual_partitions = 3,
         .segment_reducer = by_number(),
         .segments = 4}};
    loads.add_distinct({.key = "1", .weight = 10});
    loads.add_distinct({.key = "4", .weight = 5});
    loads.add_distinct({.key = "5", .weight = 1});
    loads.add({.key = "5", .weight = 7});
    EXPECT_THAT(loads.partitions().weight, ElementsAre(5, 18));
    EXPECT_THAT(loads.partitions().keys, ElementsAre(1, 2));
    EXPECT_THAT(loads.lanes().weight, ElementsAre(0, 5, 0, 0, 10, 8));
    EXPECT_THAT(loads.lanes().keys, ElementsAre(0, 1, 0, 0, 1, 1));
    EXPECT_THAT(loads.segments().weight, ElementsAre(5, 18, 0, 0));
}

TEST(LaneLoads, takes_the_partition_that_the_input_says) {
    LaneLoads loads{{.partitions = 3}};
    loads.add_distinct({.key = "a", .partition = 2, .weight = 4});
    EXPECT_THAT(loads.partitions().weight, ElementsAre(0, 0, 4));
    EXPECT_TRUE(loads.mistakes().empty());
    loads.add_distinct({.key = "b", .partition = 3, .weight = 1});
    ASSERT_EQ(loads.mistakes().size(), 1U);
    EXPECT_EQ(loads.mistakes()[0].what, "partition 3: the topic has 0 to 2");
}

// PS-3: murmur2 sends a null key anywhere, `consistent` to the partition of the empty key, sum16 to
// bucket 0.
TEST(LaneLoads, PS3_puts_null_keys_where_each_rule_says) {
    LaneLoads anywhere{{.partitioner = Reducer::named("murmur2"), .partitions = 4}};
    anywhere.add_keyless(-1, 10);
    EXPECT_THAT(anywhere.partitions().weight, ElementsAre(3, 3, 2, 2));
    LaneLoads as_empty{{.partitioner = Reducer::named("consistent"), .partitions = 4}};
    as_empty.add_keyless(-1, 10);
    EXPECT_THAT(as_empty.partitions().weight, ElementsAre(10, 0, 0, 0));  // CRC-32 of nothing is 0
    LaneLoads lanes{
        {.partitioner = Reducer::named("murmur2"),
         .partitions = 2,
         .reducer = Reducer::named("sum16").value(),
         .virtual_partitions = 3}};
    lanes.add_keyless(-1, 10);
    EXPECT_THAT(lanes.lanes().weight, ElementsAre(5, 0, 0, 5, 0, 0));
}

TEST(LaneLoads, loses_no_weight_that_is_bound_to_no_lane) {
    LaneLoads loads{
        {.partitioner = Reducer::named("murmur2"),
         .partitions = 5,
         .reducer = Reducer::named("bytesum").value(),
         .virtual_partitions = 7,
         .segment_reducer = Reducer::named("murmur2").value(),
         .segments = 3}};
    loads.add_keyless(-1, 1'001);
    loads.add_keyless(2, 17);
    loads.add_distinct({.key = "", .weight = 23}
    );  // the scaler's rule: the empty key goes anywhere
    EXPECT_EQ(sum(loads.partitions().weight), 1'041U);
    EXPECT_EQ(sum(loads.lanes().weight), 1'041U);
    EXPECT_EQ(sum(loads.segments().weight), 1'041U);
}

TEST(LaneLoads, keeps_a_record_that_a_user_s_reducer_misplaces_and_says_so) {
    const Reducer broken{"broken", [](PartitionKey, std::uint32_t) { return std::int64_t{9}; }};
    LaneLoads loads{{.partitioner = broken, .partitions = 3}};
    loads.add_distinct({.key = "a", .weight = 6});
    EXPECT_THAT(loads.partitions().weight, ElementsAre(6, 0, 0));
    ASSERT_EQ(loads.mistakes().size(), 1U);
    EXPECT_EQ(loads.mistakes()[0].what, "reducer broken gave 9: expected 0 to 2");
}

}  // namespace odradek
