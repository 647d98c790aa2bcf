#include "scenarios/chronicle.h"

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

using Kind = TraceEvent::Kind;

TraceEvent event(int at_ms, Kind kind, std::int32_t member, std::string detail = {}) {
    TraceEvent made{
        .at = Instant{std::chrono::milliseconds{at_ms}},
        .kind = kind,
        .member = member,
        .topic = 0,
        .partition = PartitionId{1},
        .offset = Offset{4}};
    made.detail = std::move(detail);
    return made;
}

Instant at(int milliseconds) {
    return Instant{std::chrono::milliseconds{milliseconds}};
}

}  // namespace

TEST(Chronicle, ends_what_a_dying_process_held) {
    const Chronicle told = chronicle(
        {event(1, Kind::member_up, 0),
         event(2, Kind::assigned, 0),
         event(3, Kind::started, 0),
         event(5, Kind::member_down, 0, "crashed"),
         event(9, Kind::note, -1)}
    );
    ASSERT_EQ(told.lives.size(), 1U);
    EXPECT_TRUE(told.lives[0].crashed);
    EXPECT_EQ(told.lives[0].span.to, at(5));
    ASSERT_EQ(told.ownerships.size(), 1U);
    EXPECT_EQ(told.ownerships[0].span.to, at(5));
    ASSERT_EQ(told.runs.size(), 1U);
    EXPECT_EQ(told.runs[0].span.to, at(5));
    EXPECT_EQ(told.runs[0].outcome, "");
    EXPECT_EQ(told.whole.to, at(9));
}

TEST(Chronicle, gives_a_run_its_outcome_and_number) {
    const Chronicle told = chronicle(
        {event(1, Kind::member_up, 0),
         event(3, Kind::started, 0),
         event(8, Kind::finished, 0, "retry"),
         event(9, Kind::committed, 0)}
    );
    ASSERT_EQ(told.runs.size(), 1U);
    EXPECT_EQ(told.runs[0].number, 2U);
    EXPECT_EQ(told.runs[0].outcome, "retry");
    EXPECT_EQ(told.runs[0].span.to, at(8));
    ASSERT_EQ(told.commits.size(), 1U);
    EXPECT_FALSE(told.commits[0].failed);
}

TEST(Chronicle, pairs_the_begin_and_end_of_a_fault_by_its_name) {
    const Chronicle told = chronicle(
        {event(1, Kind::fault_on, 0, "freeze member 0"),
         event(2, Kind::fault_on, 1, "freeze member 1"),
         event(5, Kind::fault_off, 0, "freeze member 0"),
         event(7, Kind::fault_off, 1, "freeze member 1")}
    );
    ASSERT_EQ(told.disturbances.size(), 2U);
    EXPECT_EQ(told.disturbances[0].span.to, at(5));
    EXPECT_EQ(told.disturbances[1].span.to, at(7));
}

}  // namespace odradek::scenarios
