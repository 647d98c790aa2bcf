#include "scenarios/lanes.h"

#include <set>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

TraceEvent produced(std::int64_t offset, std::string key) {
    TraceEvent event{.partition = PartitionId{1}, .offset = Offset{offset}};
    event.has_key = true;
    event.key = std::move(key);
    return event;
}

}  // namespace

TEST(ScenarioLanes, VP1_are_those_of_the_options_and_only_with_that_ordering) {
    Scenario scenario;
    EXPECT_FALSE(lane_of(scenario));
    scenario.engine.ordering = Ordering::virtual_partition;
    scenario.engine.virtual_partitions.max_partitions = 10;
    EXPECT_EQ(lane_of(scenario)(produced(0, "ab")), 5U) << "97 + 98";
}

TEST(ScenarioLanes, VP1_records_whose_partitioner_fails_are_in_lane_0_always_the_same_ones) {
    Scenario scenario;
    scenario.engine.ordering = Ordering::virtual_partition;
    scenario.engine.virtual_partitions.max_partitions = 10;
    scenario.handler.partitioner_failures = {.part = 1, .whole = 4};
    const auto lane = lane_of(scenario);
    int failed = 0;
    for (std::int64_t offset = 0; offset < 1'000; ++offset) {
        const std::uint32_t own = lane(produced(offset, "ab"));
        EXPECT_EQ(lane(produced(offset, "ab")), own);
        EXPECT_TRUE(own == 5 || own == 0);
        failed += own == 0 ? 1 : 0;
    }
    EXPECT_NEAR(failed, 250, 60);
}

}  // namespace odradek::scenarios
