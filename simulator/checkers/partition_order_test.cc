#include "simulator/checkers/partition_order.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(PartitionOrder, holds_when_one_record_runs_after_the_other) {
    TestTrace trace;
    trace.produced(0, 0, "a").produced(0, 1, "b").produced(1, 0, "c").assigned(0, 0);
    trace.started(0, 0, 0).started(0, 1, 0).finished(0, 1, 0).finished(0, 0, 0).ran(0, 0, 1);
    EXPECT_TRUE(trace.judged_by("partition_order").empty());
}

TEST(PartitionOrder, sees_overlap_in_one_process) {
    TestTrace trace;
    trace.produced(0, 0, "a").produced(0, 1, "b").assigned(0, 0);
    trace.started(0, 0, 0).started(0, 0, 1).finished(0, 0, 0).finished(0, 0, 1);
    const auto found = trace.judged_by("partition_order");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].proof, (std::vector<EventNumber>{4, 5}));
}

TEST(PartitionOrder, does_not_wait_for_an_offset_without_a_record) {
    TestTrace trace;
    trace.produced(0, 0, "a").assigned(0, 0).ran(0, 0, 0).produced(0, 2, "b").ran(0, 0, 2);
    EXPECT_TRUE(trace.judged_by("partition_order").empty());
}

TEST(PartitionOrder, sees_a_record_that_overtakes) {
    TestTrace trace;
    trace.produced(0, 0, "a").produced(0, 1, "b").assigned(0, 0).ran(0, 0, 1).ran(0, 0, 0);
    EXPECT_EQ(trace.judged_by("partition_order").size(), 1U);
}

}  // namespace odradek::sim
