#include "scenarios/real_ledger.h"

#include "scenarios/real_member.h"

#include <limits>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

using Kind = TraceEvent::Kind;

class Collected final : public sim::TraceSink {
public:
    void observe(const TraceEvent& event) override { events.push_back(event); }
    std::vector<TraceEvent> events;
};

TraceEvent event(Kind kind, std::int64_t offset, std::string detail = {}) {
    TraceEvent made{
        .kind = kind, .topic = 0, .partition = PartitionId{1}, .offset = Offset{offset}};
    made.detail = std::move(detail);
    return made;
}

}  // namespace

TEST(RealLedger, is_at_rest_when_all_that_was_produced_is_finished_and_stored) {
    RealLedger ledger{Instant{}};
    const std::uint64_t place = ledger.producing({.kind = Kind::produced, .topic = 0});
    EXPECT_FALSE(ledger.is_finished());
    ledger.take({event(Kind::finished, 4, "done")});  // the handler was faster than the producer
    ledger.produced(place, PartitionId{1}, Offset{4});
    EXPECT_TRUE(ledger.is_finished());
    EXPECT_FALSE(ledger.is_at_rest());
    EXPECT_NE(ledger.pending().find("committed -1 of 5"), std::string::npos) << ledger.pending();
    ledger.take({event(Kind::committed, 5)});
    EXPECT_TRUE(ledger.is_at_rest());
}

TEST(RealLedger, believes_the_broker_where_nobody_was_told_of_the_last_commit) {
    RealLedger ledger{Instant{}};
    ledger.produced(
        ledger.producing({.kind = Kind::produced, .topic = 0}), PartitionId{1}, Offset{0}
    );
    ledger.take({event(Kind::finished, 0, "done")});
    EXPECT_FALSE(ledger.is_at_rest());
    ledger.stored({0, 1}, Offset{1});
    EXPECT_TRUE(ledger.is_at_rest());
}

TEST(RealLedger, does_not_take_a_retry_for_an_end_but_a_policy) {
    RealLedger ledger{Instant{}};
    ledger.produced(
        ledger.producing({.kind = Kind::produced, .topic = 0}), PartitionId{1}, Offset{0}
    );
    ledger.take({event(Kind::finished, 0, "retry")});
    ledger.take({event(Kind::committed, 1)});
    EXPECT_FALSE(ledger.is_at_rest());
    ledger.take({event(Kind::note, 0, std::string(member_notes::given_up))});
    EXPECT_TRUE(ledger.is_at_rest());
}

TEST(RealLedger, gives_everything_by_time_with_keys_and_without_what_was_never_sent) {
    RealLedger ledger{Instant{}};
    TraceEvent record{.kind = Kind::produced, .topic = 0};
    record.has_key = true;
    record.key = "k3";
    const std::uint64_t first = ledger.producing(record);
    const std::uint64_t refused = ledger.producing({.kind = Kind::produced, .topic = 0});
    TraceEvent later = event(Kind::finished, 0, "done");
    TraceEvent earlier = event(Kind::started, 0);
    earlier.at = Instant{Duration{std::numeric_limits<std::int64_t>::max() / 2}};
    later.at = earlier.at + Duration{1};
    const std::uint32_t hash = ledger_key_hash(true, "k3");
    ledger.take({later, hash});  // one process after the other was read
    ledger.take({earlier, hash});
    ledger.produced(first, PartitionId{1}, Offset{0});
    ledger.not_produced(refused);
    Collected sink;
    EXPECT_TRUE(ledger.give(sink).empty());
    ASSERT_EQ(sink.events.size(), 3U);
    EXPECT_EQ(sink.events[0].kind, Kind::produced);
    EXPECT_EQ(sink.events[1].kind, Kind::started);
    EXPECT_EQ(sink.events[2].kind, Kind::finished);
    EXPECT_EQ(sink.events[2].key, "k3");
}

TEST(RealLedger, names_a_record_that_came_with_another_key) {
    RealLedger ledger{Instant{}};
    TraceEvent record{.kind = Kind::produced, .topic = 0};
    record.has_key = true;
    record.key = "k3";
    ledger.produced(ledger.producing(record), PartitionId{1}, Offset{7});
    ledger.take({event(Kind::started, 7), ledger_key_hash(true, "k4")});
    Collected sink;
    const std::vector<std::string> mistakes = ledger.give(sink);
    ASSERT_EQ(mistakes.size(), 1U);
    EXPECT_NE(mistakes[0].find("offset 7"), std::string::npos) << mistakes[0];
}

TEST(RealLedger, dates_commits_as_the_broker_stored_them) {
    RealLedger ledger{Instant{}};
    TraceEvent heard = event(Kind::committed, 5);
    heard.member = 2;
    heard.at = Instant{Duration{50}};
    ledger.take({heard});
    TraceEvent stored = event(Kind::committed, 5);
    stored.at = Instant{Duration{40}};
    ledger.use_stored_commits({stored});
    Collected sink;
    EXPECT_TRUE(ledger.give(sink).empty());
    ASSERT_EQ(sink.events.size(), 1U);
    EXPECT_EQ(sink.events[0].at, Instant{Duration{40}});
    EXPECT_EQ(sink.events[0].member, 2);
}

}  // namespace odradek::scenarios
