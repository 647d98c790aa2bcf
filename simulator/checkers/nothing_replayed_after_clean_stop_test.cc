#include "simulator/checkers/nothing_replayed_after_clean_stop.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(NothingReplayedAfterCleanStop, allows_replay_of_what_no_commit_covers) {
    TestTrace trace;
    trace.produced(0, 0, "a").produced(0, 1, "b").assigned(0, 0).ran(0, 0, 0).ran(0, 0, 1);
    trace.committed(0, 0, 1).down(0, "crashed").assigned(1, 0).ran(1, 0, 1);
    EXPECT_TRUE(trace.judged_by("nothing_replayed_after_clean_stop").empty());
}

TEST(NothingReplayedAfterCleanStop, sees_a_start_of_what_was_covered_before_the_assignment) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0).ran(0, 0, 0).committed(0, 0, 1).down(0, "crashed");
    trace.assigned(1, 0).started(1, 0, 0);
    const auto found = trace.judged_by("nothing_replayed_after_clean_stop");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].proof, (std::vector<EventNumber>{4, 5, 7, 8}));
}

TEST(NothingReplayedAfterCleanStop, lets_a_zombie_start_what_its_successor_committed) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0).assigned(1, 0).ran(1, 0, 0).committed(1, 0, 1);
    trace.started(0, 0, 0);
    EXPECT_TRUE(trace.judged_by("nothing_replayed_after_clean_stop").empty());
}

TEST(NothingReplayedAfterCleanStop, sees_finished_work_run_again_after_a_clean_stop) {
    TestTrace trace;
    trace.produced(0, 0, "a").produced(0, 1, "b").assigned(0, 0).ran(0, 0, 1);
    trace.committed(0, 0, 0).revoked(0, 0).down(0, "closed").assigned(1, 0).ran(1, 0, 1);
    EXPECT_EQ(trace.judged_by("nothing_replayed_after_clean_stop").size(), 1U);
    EXPECT_TRUE(trace.judged_by("nothing_replayed_after_clean_stop", {.offset_map = false}).empty()
    );
}

TEST(NothingReplayedAfterCleanStop, forgives_a_stop_whose_last_commit_failed) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0).ran(0, 0, 0).commit_failed(0, 0).revoked(0, 0);
    trace.down(0, "closed").assigned(1, 0).ran(1, 0, 0);
    EXPECT_TRUE(trace.judged_by("nothing_replayed_after_clean_stop").empty());
}

TEST(NothingReplayedAfterCleanStop, sees_a_process_run_its_own_finished_work_again) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0, 1).ran(0, 0, 0).ran(0, 0, 0);
    EXPECT_EQ(trace.judged_by("nothing_replayed_after_clean_stop").size(), 1U);
    TestTrace next_life;
    next_life.produced(0, 0).assigned(0, 0, 1).ran(0, 0, 0).lost(0, 0).assigned(0, 0, 2);
    next_life.started(0, 0, 0, 2);
    EXPECT_TRUE(next_life.judged_by("nothing_replayed_after_clean_stop").empty());
}

TEST(NothingReplayedAfterCleanStop, lets_run_again_what_ended_after_its_assignment) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0, 1).started(0, 0, 0).lost(0, 0).assigned(0, 0, 2);
    trace.finished(0, 0, 0, "done", 1).started(0, 0, 0, 2).finished(0, 0, 0, "done", 2);
    EXPECT_TRUE(trace.judged_by("nothing_replayed_after_clean_stop").empty());
    trace.revoked(0, 0, 2).down(0, "closed").assigned(1, 0, 1).started(1, 0, 0, 1);
    EXPECT_EQ(trace.judged_by("nothing_replayed_after_clean_stop").size(), 1U);
}

TEST(NothingReplayedAfterCleanStop, lets_run_again_what_was_given_up_on) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0).started(0, 0, 0).wait(std::chrono::seconds{10});
    trace.finished(0, 0, 0).revoked(0, 0).down(0, "closed").assigned(1, 0).ran(1, 0, 0);
    const std::string guarantee = "nothing_replayed_after_clean_stop";
    EXPECT_TRUE(trace.judged_by(guarantee).empty());
    EXPECT_EQ(trace.judged_by(guarantee, {.abandoned_after = std::chrono::seconds{11}}).size(), 1U);
}

}  // namespace odradek::sim
