#include "simulator/checkers/commit_never_passes_unfinished.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(CommitNeverPassesUnfinished, allows_commits_up_to_the_first_open_record) {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).assigned(0, 0).ran(0, 0, 0).committed(0, 0, 1);
    EXPECT_TRUE(trace.judged_by("commit_never_passes_unfinished").empty());
}

TEST(CommitNeverPassesUnfinished, names_the_record_that_was_passed) {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).assigned(0, 0).ran(0, 0, 1).committed(0, 0, 2);
    trace.ran(0, 0, 0);  // too late: a crash in between had lost it
    const auto found = trace.judged_by("commit_never_passes_unfinished");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "topic 0 partition 0 offset 0 was committed and is not finished");
    EXPECT_EQ(found[0].proof.back(), 6U);
}

TEST(CommitNeverPassesUnfinished, counts_a_retry_as_unfinished) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0).started(0, 0, 0).finished(0, 0, 0, "retry");
    trace.committed(0, 0, 1);
    EXPECT_EQ(trace.judged_by("commit_never_passes_unfinished").size(), 1U);
}

TEST(CommitNeverPassesUnfinished, sees_a_commit_of_what_is_not_yet_produced) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0).ran(0, 0, 0).committed(0, 0, 5).produced(0, 1);
    EXPECT_EQ(trace.judged_by("commit_never_passes_unfinished").size(), 1U);
}

}  // namespace odradek::sim
