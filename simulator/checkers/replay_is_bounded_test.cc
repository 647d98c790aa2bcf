#include "simulator/checkers/replay_is_bounded.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

namespace {

/// Four records, of which two were finished, lost with their process, and run again.
TestTrace half_replayed() {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).produced(0, 2).produced(0, 3);
    trace.assigned(0, 0).ran(0, 0, 0).ran(0, 0, 1).down(0, "crashed");
    trace.assigned(1, 0).ran(1, 0, 0).ran(1, 0, 1).ran(1, 0, 2).ran(1, 0, 3);
    return trace;
}

}  // namespace

TEST(ReplayIsBounded, allows_as_much_as_was_said) {
    EXPECT_TRUE(half_replayed().judged_by("replay_is_bounded").empty()) << "no limit by default";
    EXPECT_TRUE(half_replayed().judged_by("replay_is_bounded", {.replayed_max = {1, 2}}).empty());
}

TEST(ReplayIsBounded, names_how_much_ran_again_when_that_is_too_much) {
    const auto found = half_replayed().judged_by("replay_is_bounded", {.replayed_max = {49, 100}});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "2 of 4 records started again after they had been finished");
}

TEST(ReplayIsBounded, does_not_count_retries) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0).started(0, 0, 0).finished(0, 0, 0, "retry").ran(0, 0, 0);
    EXPECT_TRUE(trace.judged_by("replay_is_bounded", {.replayed_max = {0, 1}}).empty());
}

}  // namespace odradek::sim
