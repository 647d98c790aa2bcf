#include "simulator/checkers/at_least_once.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(AtLeastOnce, is_content_when_every_record_is_settled) {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).produced(0, 3);  // 2 is a gap
    trace.assigned(0, 0).ran(0, 0, 0).started(0, 0, 1).finished(0, 0, 1, "skip");
    trace.started(0, 0, 3).finished(0, 0, 3, "fail").acknowledged(0, 0, 3);
    EXPECT_TRUE(trace.judged_by("at_least_once").empty());
}

TEST(AtLeastOnce, names_a_record_that_nobody_finished) {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).assigned(0, 0).ran(0, 0, 0);
    trace.started(0, 0, 1).finished(0, 0, 1, "retry");
    const auto found = trace.judged_by("at_least_once");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "topic 0 partition 0 offset 1 was never finished");
    EXPECT_EQ(found[0].proof, (std::vector<EventNumber>{2, 6}));
}

TEST(AtLeastOnce, does_not_blame_a_run_that_was_cut_for_open_records) {
    TestTrace trace;
    trace.produced(0, 0);
    EXPECT_TRUE(trace.judged_by("at_least_once", {}, false).empty());
}

TEST(AtLeastOnce, calls_a_covered_record_lost_even_in_a_run_that_was_cut) {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).assigned(0, 0).ran(0, 0, 1).committed(0, 0, 2);
    const auto found = trace.judged_by("at_least_once", {}, false);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].what.starts_with("topic 0 partition 0 offset 0 is lost"));
}

TEST(AtLeastOnce, excuses_records_that_left_the_log) {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).produced(0, 2).fault("delete_records", 0, 1);
    trace.fault("truncate", 0, 2).assigned(0, 0).ran(0, 0, 1);
    EXPECT_TRUE(trace.judged_by("at_least_once").empty());
}

TEST(AtLeastOnce, counts_a_policy_of_skipping_as_settled) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0).started(0, 0, 0).finished(0, 0, 0, "fail");
    EXPECT_EQ(trace.judged_by("at_least_once").size(), 1U);
    EXPECT_TRUE(trace.judged_by("at_least_once", {.then = AfterLastAttempt::skip}).empty());
    TestTrace retried;
    retried.produced(0, 0).assigned(0, 0).started(0, 0, 0).finished(0, 0, 0, "retry");
    EXPECT_TRUE(retried
                    .judged_by("at_least_once", {.attempts_max = 1, .then = AfterLastAttempt::skip})
                    .empty());
}

}  // namespace odradek::sim
