#include "scenarios/real_ledger.h"

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

TEST(RealLedger, is_at_rest_when_all_that_was_produced_is_finished_and_committed) {
    RealLedger ledger{Instant{}};
    const std::uint64_t place = ledger.producing({.kind = Kind::produced, .topic = 0});
    EXPECT_FALSE(ledger.is_at_rest());
    ledger.write(event(Kind::finished, 4, "done"));  // the handler was faster than the producer
    ledger.produced(place, PartitionId{1}, Offset{4});
    EXPECT_FALSE(ledger.is_at_rest());
    EXPECT_NE(ledger.pending().find("committed -1 of 5"), std::string::npos) << ledger.pending();
    ledger.write(event(Kind::committed, 5));
    EXPECT_TRUE(ledger.is_at_rest());
}

TEST(RealLedger, does_not_take_a_retry_for_an_end) {
    RealLedger ledger{Instant{}};
    ledger.produced(
        ledger.producing({.kind = Kind::produced, .topic = 0}), PartitionId{1}, Offset{0}
    );
    ledger.write(event(Kind::finished, 0, "retry"));
    ledger.write(event(Kind::committed, 1));
    EXPECT_FALSE(ledger.is_at_rest());
    ledger.write(event(Kind::finished, 0, "done"));
    EXPECT_TRUE(ledger.is_at_rest());
}

TEST(RealLedger, puts_a_record_where_it_was_sent_and_leaves_out_what_never_was) {
    RealLedger ledger{Instant{}};
    const std::uint64_t first = ledger.producing({.kind = Kind::produced, .topic = 0});
    const std::uint64_t refused = ledger.producing({.kind = Kind::produced, .topic = 0});
    ledger.write(event(Kind::started, 0));
    ledger.produced(first, PartitionId{1}, Offset{0});
    ledger.not_produced(refused);
    Collected sink;
    ledger.give(sink);
    ASSERT_EQ(sink.events.size(), 2U);
    EXPECT_EQ(sink.events[0].kind, Kind::produced);
    EXPECT_EQ(sink.events[0].offset, Offset{0});
    EXPECT_EQ(sink.events[1].kind, Kind::started);
}

}  // namespace odradek::scenarios
