#include "simulator/checkers/meters_agree_with_trace.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

namespace {

/// Two records polled, one failed once, both done, one commit stored.
TestTrace lived() {
    TestTrace trace;
    trace.up(0).produced(0, 0).produced(0, 1).assigned(0, 0).polled(0, 0, 0).polled(0, 0, 1);
    trace.started(0, 0, 0).finished(0, 0, 0, "retry").ran(0, 0, 0).ran(0, 0, 1).committed(0, 0, 2);
    return trace;
}

std::size_t found_in(const char* meters) {
    return lived().metered(0, meters).judged_by("meters_agree_with_trace").size();
}

}  // namespace

TEST(PC29_MetersAgreeWithTrace, holds_for_meters_that_say_what_happened) {
    EXPECT_EQ(found_in("polled=2 done=2 retry=1 skip=0 fail=0 commits=1"), 0U);
    EXPECT_EQ(found_in("polled=2 done=2 retry=1 skip=0 fail=0 commits=0"), 0U)
        << "the answer to a commit may be lost";
}

TEST(PC29_MetersAgreeWithTrace, sees_each_meter_that_is_broken) {
    EXPECT_EQ(found_in("polled=3 done=2 retry=1 skip=0 fail=0 commits=1"), 1U);
    EXPECT_EQ(found_in("polled=2 done=1 retry=1 skip=0 fail=0 commits=1"), 1U);
    EXPECT_EQ(found_in("polled=2 done=3 retry=0 skip=0 fail=0 commits=1"), 2U);
    EXPECT_EQ(found_in("polled=2 done=2 retry=1 skip=1 fail=1 commits=1"), 2U);
    EXPECT_EQ(found_in("polled=2 done=2 retry=1 skip=0 fail=0 commits=2"), 1U);
    EXPECT_EQ(found_in("polled=2 done=2 retry=1 skip=0 fail=0"), 1U) << "one is missing";
    EXPECT_EQ(found_in("nonsense"), 6U);
}

TEST(PC29_MetersAgreeWithTrace, judges_each_life_of_a_member_by_itself) {
    TestTrace trace = lived();
    trace.down(0, "crashed").up(0).assigned(0, 0).ran(0, 0, 1);
    trace.metered(0, "polled=0 done=1 retry=0 skip=0 fail=0 commits=0");
    EXPECT_TRUE(trace.judged_by("meters_agree_with_trace").empty());
}

}  // namespace odradek::sim
