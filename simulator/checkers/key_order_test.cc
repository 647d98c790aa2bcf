#include "simulator/checkers/key_order.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(KeyOrder, lets_different_keys_overtake_each_other) {
    TestTrace trace;
    trace.produced(0, 0, "a").produced(0, 1, "b").produced(1, 0, "a").assigned(0, 0);
    trace.ran(0, 0, 1).ran(0, 1, 0).ran(0, 0, 0);
    EXPECT_TRUE(trace.judged_by("key_order").empty());
}

TEST(KeyOrder, sees_a_record_that_finished_before_an_earlier_one_of_its_key) {
    TestTrace trace;
    trace.produced(0, 0, "a").produced(0, 1, "b").produced(0, 2, "a").assigned(0, 0);
    trace.started(0, 0, 0).finished(0, 0, 0, "retry").ran(0, 0, 2).ran(0, 0, 0);
    const auto found = trace.judged_by("key_order");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(
        found[0].what,
        "topic 0 partition 0 offset 2 finished before topic 0 partition 0 offset 0, which has the "
        "same key"
    );
    EXPECT_EQ(found[0].proof, (std::vector<EventNumber>{1, 5, 8}));
}

TEST(KeyOrder, judges_first_completions_so_that_a_replay_is_no_disorder) {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).assigned(0, 0).ran(0, 0, 0).ran(0, 0, 1);
    trace.ran(1, 0, 0).ran(1, 0, 1).ran(1, 0, 0);
    EXPECT_TRUE(trace.judged_by("key_order").empty());
}

TEST(KeyOrder, treats_null_keys_as_one_lane_or_not_at_all) {
    TestTrace trace;
    trace.produced_without_key(0, 0).produced_without_key(0, 1).assigned(0, 0);
    trace.ran(0, 0, 1).ran(0, 0, 0);
    EXPECT_EQ(trace.judged_by("key_order").size(), 1U);
    EXPECT_TRUE(trace.judged_by("key_order", {.null_keys = NullKeys::unordered}).empty());
}

TEST(KeyOrder, VP4_judges_lanes_where_lanes_keep_the_order) {
    JudgedSettings settings{.ordering = Ordering::virtual_partition};
    settings.lane_of = [](const TraceEvent& event) { return event.key == "alone" ? 1U : 0U; };
    TestTrace trace;
    trace.produced(0, 0, "a").produced(0, 1, "alone").produced(0, 2, "b").assigned(0, 0);
    trace.ran(0, 0, 1);
    EXPECT_TRUE(trace.judged_by("key_order", settings).empty());
    trace.ran(0, 0, 2).ran(0, 0, 0);
    EXPECT_EQ(trace.judged_by("key_order", settings).size(), 1U);
    EXPECT_TRUE(trace.judged_by("key_order").empty()) << "the keys are different";
}

TEST(KeyOrder, does_not_wait_for_records_that_left_the_log) {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).fault("log start", 0, 1).assigned(0, 0);
    trace.ran(0, 0, 1);
    EXPECT_TRUE(trace.judged_by("key_order").empty());
}

TEST(KeyOrder, follows_a_log_that_was_truncated_and_written_again) {
    TestTrace trace;
    trace.produced(0, 0, "a").produced(0, 1, "a").fault("truncated", 0, 1).produced(0, 1, "b");
    trace.produced(0, 2, "a").assigned(0, 0).ran(0, 0, 1).ran(0, 0, 0).ran(0, 0, 2);
    EXPECT_TRUE(trace.judged_by("key_order").empty());
    TestTrace swapped;
    swapped.produced(0, 0, "a").produced(0, 1, "a").fault("truncated", 0, 1).produced(0, 1, "b");
    swapped.produced(0, 2, "a").assigned(0, 0).ran(0, 0, 2);
    EXPECT_EQ(swapped.judged_by("key_order").size(), 1U);
}

}  // namespace odradek::sim
