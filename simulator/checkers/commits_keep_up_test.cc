#include "simulator/checkers/commits_keep_up.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(CommitsKeepUp, sees_finished_records_that_are_never_committed) {
    TestTrace trace;
    trace.assigned(0, 0).produced(0, 0).ran(0, 0, 0).wait(std::chrono::seconds{61});
    const auto found = trace.judged_by("commits_keep_up");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].proof, std::vector<EventNumber>{4});
    trace.committed(0, 0, 1);  // too late
    EXPECT_EQ(trace.judged_by("commits_keep_up").size(), 1U);
}

TEST(CommitsKeepUp, asks_for_nothing_behind_an_open_record) {
    TestTrace trace;
    trace.assigned(0, 0).produced(0, 0, "a").produced(0, 1, "b").ran(0, 0, 1);
    trace.wait(std::chrono::seconds{61});
    EXPECT_TRUE(trace.judged_by("commits_keep_up").empty());
}

TEST(CommitsKeepUp, is_content_with_each_step_of_progress) {
    TestTrace trace;
    trace.assigned(0, 0).produced(0, 0, "a").produced(0, 1, "b").ran(0, 0, 0).ran(0, 0, 1);
    trace.wait(std::chrono::seconds{40}).committed(0, 0, 1).wait(std::chrono::seconds{40});
    trace.committed(0, 0, 2).wait(std::chrono::hours{1});
    EXPECT_TRUE(trace.judged_by("commits_keep_up").empty());
}

}  // namespace odradek::sim
