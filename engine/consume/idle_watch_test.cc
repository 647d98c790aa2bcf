#include "engine/consume/idle_watch.h"

#include <gtest/gtest.h>

namespace odradek::consume {

namespace {

using namespace std::chrono_literals;

Instant at(Duration since_start) {
    return Instant{since_start};
}

ConsumerStatus quiet() {
    return {
        .polled = 10,
        .finished = 10,
        .partitions = 3,
        .is_caught_up = true,
        .has_assignment = true};
}

const UnreadElsewhere nothing;
const UnreadElsewhere five{{{"orders", PartitionId{1}}, 5}};
const UnreadElsewhere four{{{"orders", PartitionId{1}}, 4}};

/// A member that is quiet from the start, looked at once more at `now`.
IdleWatch quiet_until(Instant now) {
    IdleWatch watch{5s, 45s};
    watch.see(quiet(), at(0s));
    watch.see(quiet(), now);
    return watch;
}

}  // namespace

TEST(IdleWatch, asks_for_the_group_when_the_member_was_quiet_for_the_span_and_not_before) {
    EXPECT_FALSE(quiet_until(at(4999ms)).wants_group(at(4999ms)));
    EXPECT_TRUE(quiet_until(at(5s)).wants_group(at(5s)));
}

TEST(IdleWatch, is_idle_when_member_and_group_have_nothing_left) {
    IdleWatch watch = quiet_until(at(5s));
    EXPECT_FALSE(watch.is_idle());
    watch.see_group(nothing, at(5s));
    EXPECT_TRUE(watch.is_idle());
}

TEST(IdleWatch, begins_anew_with_every_record) {
    IdleWatch watch = quiet_until(at(4s));
    ConsumerStatus after = quiet();
    after.polled = 11;  // came and went between two looks
    after.finished = 11;
    watch.see(after, at(4500ms));
    EXPECT_FALSE(watch.wants_group(at(6s)));
    EXPECT_TRUE(watch.wants_group(at(9500ms)));
}

TEST(IdleWatch, is_not_quiet_without_an_assignment_or_with_anything_waiting_or_running) {
    ConsumerStatus none = quiet();
    none.has_assignment = false;
    ConsumerStatus waiting = quiet();
    waiting.waiting = 1;  // in retry too
    ConsumerStatus running = quiet();
    running.in_flight = 1;
    ConsumerStatus behind = quiet();
    behind.is_caught_up = false;
    for (const ConsumerStatus& status : {none, waiting, running, behind}) {
        IdleWatch watch{5s, 45s};
        watch.see(status, at(0s));
        watch.see(status, at(10s));
        EXPECT_FALSE(watch.wants_group(at(10s)));
    }
}

TEST(IdleWatch, lets_a_member_that_got_no_partition_be_idle) {
    ConsumerStatus spare = quiet();
    spare.partitions = 0;
    spare.is_caught_up = false;
    IdleWatch watch{5s, 45s};
    watch.see(spare, at(0s));
    watch.see(spare, at(1s));
    EXPECT_TRUE(watch.wants_group(at(6s)));
}

TEST(IdleWatch, waits_for_partitions_that_a_killed_member_may_still_hold) {
    IdleWatch watch = quiet_until(at(5s));
    watch.see_group(five, at(5s));
    EXPECT_FALSE(watch.is_idle());
    watch.see_group(nothing, at(6s));
    EXPECT_TRUE(watch.is_idle());
}

TEST(IdleWatch, waits_while_others_make_progress) {
    IdleWatch watch = quiet_until(at(5s));
    watch.see_group(five, at(5s));
    watch.see_group(four, at(49s));
    watch.see_group(four, at(93s));
    EXPECT_FALSE(watch.is_idle());
}

TEST(IdleWatch, leaves_a_living_but_stuck_member_alone_after_a_session) {
    IdleWatch watch = quiet_until(at(5s));
    watch.see_group(five, at(5s));
    watch.see_group(five, at(49999ms));
    EXPECT_FALSE(watch.is_idle());
    watch.see_group(five, at(50s));
    EXPECT_TRUE(watch.is_idle());
}

TEST(IdleWatch, forgets_that_it_was_idle_when_something_comes) {
    IdleWatch watch = quiet_until(at(5s));
    watch.see_group(nothing, at(5s));
    ConsumerStatus busy = quiet();
    busy.in_flight = 1;
    watch.see(busy, at(5100ms));
    EXPECT_FALSE(watch.is_idle());
}

}  // namespace odradek::consume
