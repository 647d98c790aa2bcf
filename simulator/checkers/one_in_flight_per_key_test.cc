#include "simulator/checkers/one_in_flight_per_key.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(OneInFlightPerKey, sees_two_records_of_a_key_at_once) {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).assigned(0, 0);
    trace.started(0, 0, 0).started(0, 0, 1).finished(0, 0, 0).finished(0, 0, 1);
    const auto found = trace.judged_by("one_in_flight_per_key");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].proof, (std::vector<EventNumber>{4, 5}));
}

TEST(OneInFlightPerKey, sees_the_same_record_twice_at_once_across_assignments) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0, 1).started(0, 0, 0, 1).lost(0, 0, 1);
    trace.assigned(0, 0, 2).started(0, 0, 0, 2);
    EXPECT_EQ(trace.judged_by("one_in_flight_per_key").size(), 1U);
}

TEST(OneInFlightPerKey, PC6_lets_a_batch_hold_records_of_a_key_in_offset_order_only) {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).produced(0, 2).assigned(0, 0);
    trace.started(0, 0, 0).in_batch(7).started(0, 0, 1).in_batch(7);
    EXPECT_TRUE(trace.judged_by("one_in_flight_per_key").empty());
    TestTrace other_batch = trace;
    other_batch.finished(0, 0, 0).in_batch(7).started(0, 0, 2).in_batch(8);
    EXPECT_EQ(other_batch.judged_by("one_in_flight_per_key").size(), 1U);
    trace.finished(0, 0, 0).in_batch(7).finished(0, 0, 1).in_batch(7).started(0, 0, 2).in_batch(8);
    EXPECT_TRUE(trace.judged_by("one_in_flight_per_key").empty());
    TestTrace backwards;
    backwards.produced(0, 0).produced(0, 1).assigned(0, 0);
    backwards.started(0, 0, 1).in_batch(7).started(0, 0, 0).in_batch(7);
    EXPECT_EQ(backwards.judged_by("one_in_flight_per_key").size(), 1U);
}

TEST(OneInFlightPerKey, lets_other_keys_other_processes_and_a_restarted_process_run) {
    TestTrace trace;
    trace.produced(0, 0, "a").produced(0, 1, "b").produced(1, 0, "a").assigned(0, 0);
    trace.started(0, 0, 0).started(0, 0, 1).started(0, 1, 0).started(1, 0, 0);
    trace.down(0, "crashed").started(0, 0, 0);
    EXPECT_TRUE(trace.judged_by("one_in_flight_per_key").empty());
}

}  // namespace odradek::sim
