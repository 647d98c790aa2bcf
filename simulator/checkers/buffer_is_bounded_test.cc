#include "simulator/checkers/buffer_is_bounded.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(BufferIsBounded, counts_what_was_delivered_and_not_settled) {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).produced(0, 2).assigned(0, 0);
    trace.polled(0, 0, 0).polled(0, 0, 1).ran(0, 0, 0).polled(0, 0, 2);
    EXPECT_TRUE(trace.judged_by("buffer_is_bounded", {.buffered_max = 2}).empty());
    const auto found = trace.judged_by("buffer_is_bounded", {.buffered_max = 1});
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].what, "member 0 holds 2 records; the limit is 1");
}

TEST(BufferIsBounded, counts_a_record_once_and_not_after_its_partition_left) {
    TestTrace trace;
    trace.produced(0, 0).produced(1, 0).assigned(0, 0).polled(0, 0, 0).polled(0, 0, 0);
    trace.revoked(0, 0).polled(0, 1, 0);
    EXPECT_TRUE(trace.judged_by("buffer_is_bounded", {.buffered_max = 1}).empty());
}

TEST(BufferIsBounded, forgets_what_a_process_held_when_it_went_down) {
    TestTrace trace;
    trace.produced(0, 0).produced(0, 1).assigned(0, 0).polled(0, 0, 0).down(0, "crashed");
    trace.assigned(0, 0, 2).polled(0, 0, 1);
    EXPECT_TRUE(trace.judged_by("buffer_is_bounded", {.buffered_max = 1}).empty());
}

}  // namespace odradek::sim
