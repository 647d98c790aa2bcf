#include "simulator/checkers/every_key_progresses.h"

#include "simulator/checkers/test_trace.h"

#include <gtest/gtest.h>

namespace odradek::sim {

TEST(EveryKeyProgresses, sees_a_runnable_record_that_waits_too_long) {
    TestTrace trace;
    trace.assigned(0, 0).produced(0, 0).polled(0, 0, 0).wait(std::chrono::seconds{61});
    EXPECT_EQ(trace.judged_by("every_key_progresses").size(), 1U);
    trace.ran(0, 0, 0);
    EXPECT_EQ(trace.judged_by("every_key_progresses").size(), 1U);
}

TEST(EveryKeyProgresses, counts_the_wait_from_when_the_record_could_run) {
    TestTrace trace;
    trace.assigned(0, 0).produced(0, 0).produced(0, 1).polled(0, 0, 0).polled(0, 0, 1);
    trace.started(0, 0, 0).wait(std::chrono::seconds{61}).finished(0, 0, 0).ran(0, 0, 1);
    EXPECT_TRUE(trace.judged_by("every_key_progresses").empty());
}

TEST(EveryKeyProgresses, counts_the_wait_from_the_last_disturbance) {
    TestTrace trace;
    trace.assigned(0, 0).produced(0, 0).polled(0, 0, 0).wait(std::chrono::seconds{50});
    trace.fault("freeze", -1, -1).wait(std::chrono::seconds{50}).ran(0, 0, 0);
    EXPECT_TRUE(trace.judged_by("every_key_progresses").empty());
    trace.produced(0, 1).polled(0, 0, 1).wait(std::chrono::seconds{61}).ran(0, 0, 1);
    EXPECT_EQ(trace.judged_by("every_key_progresses").size(), 1U);
}

TEST(EveryKeyProgresses, counts_the_wait_behind_a_dead_letter_from_its_acknowledgement) {
    TestTrace trace;
    trace.assigned(0, 0).produced(0, 0).produced(0, 1).polled(0, 0, 0).polled(0, 0, 1);
    trace.started(0, 0, 0).finished(0, 0, 0, "fail").wait(std::chrono::seconds{61});
    trace.acknowledged(0, 0, 0).ran(0, 0, 1);
    EXPECT_TRUE(trace.judged_by("every_key_progresses").empty());
}

}  // namespace odradek::sim
