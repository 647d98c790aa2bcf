#include "simulator/checkers/commit_never_goes_back.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(CommitNeverGoesBack, allows_equal_and_higher_offsets) {
    TestTrace trace;
    trace.produced(0, 0).assigned(0, 0).committed(0, 0, 1).committed(0, 0, 1).committed(0, 1, 0);
    trace.committed(0, 0, 4);
    EXPECT_TRUE(trace.judged_by("commit_never_goes_back").empty());
}

TEST(CommitNeverGoesBack, sees_a_lower_offset_by_whomever) {
    TestTrace trace;
    trace.assigned(0, 0).committed(0, 0, 8).committed(1, 0, 6);
    const auto found = trace.judged_by("commit_never_goes_back");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, "topic 0 partition 0 went back from 8 to 6");
    EXPECT_EQ(found[0].proof, (std::vector<EventNumber>{2, 3}));
}

TEST(CommitNeverGoesBack, follows_an_administrator_and_a_truncated_log) {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).produced(0, 2).produced(0, 3).assigned(0, 0);
    trace.committed(0, 0, 4).fault("store_offset", 0, 1).committed(0, 0, 2);
    trace.committed(0, 0, 4).fault("truncate", 0, 2).committed(0, 0, 2);
    EXPECT_TRUE(trace.judged_by("commit_never_goes_back").empty());
}

}  // namespace odradek::sim
