#include "simulator/checkers/old_epochs_are_silent.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(OldEpochsAreSilent, allows_the_owner_to_start_and_commit) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0).ran(0, 0, 0).committed(0, 0, 1).revoked(0, 0);
    trace.assigned(1, 0).committed(1, 0, 1);
    EXPECT_TRUE(trace.judged_by("old_epochs_are_silent").empty());
}

TEST(OldEpochsAreSilent, sees_a_commit_stored_after_another_member_took_over) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0).ran(0, 0, 0).revoked(0, 0).assigned(1, 0);
    trace.committed(0, 0, 1);
    const auto found = trace.judged_by("old_epochs_are_silent");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].proof, (std::vector<EventNumber>{5, 6, 7}));
}

TEST(OldEpochsAreSilent, sees_a_commit_by_a_member_that_never_had_the_partition) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0).committed(1, 0, 1);
    EXPECT_EQ(trace.judged_by("old_epochs_are_silent").size(), 1U);
}

TEST(OldEpochsAreSilent, sees_a_start_under_an_assignment_that_has_ended) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0, 1).revoked(0, 0, 1).assigned(0, 0, 2);
    trace.started(0, 0, 0, 1);
    EXPECT_EQ(trace.judged_by("old_epochs_are_silent").size(), 1U);
    TestTrace fresh;
    fresh.produced(0, 0).assigned(0, 0, 1).revoked(0, 0, 1).assigned(0, 0, 2);
    fresh.started(0, 0, 0, 2);
    EXPECT_TRUE(fresh.judged_by("old_epochs_are_silent").empty());
}

}  // namespace odradek::sim
