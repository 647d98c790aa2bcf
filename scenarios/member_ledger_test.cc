#include "scenarios/member_ledger.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

TraceEvent finished_event(std::int64_t offset) {
    TraceEvent event{
        .kind = TraceEvent::Kind::finished,
        .member = 2,
        .topic = 1,
        .partition = PartitionId{3},
        .offset = Offset{offset},
        .epoch = Epoch{4},
        .attempt = 5};
    event.has_key = true;
    event.key = "k7";
    event.detail = "done";
    return event;
}

class MemberLedgerTest : public testing::Test {
protected:
    void TearDown() override { std::filesystem::remove(path_); }

    std::filesystem::path path_ =
        std::filesystem::path(testing::TempDir()) / "odradek_member_ledger_test";
};

}  // namespace

TEST_F(MemberLedgerTest, gives_back_what_was_written) {
    const auto ledger = MemberLedger::create(path_);
    ASSERT_TRUE(ledger.has_value()) << ledger.error();
    ledger->write(finished_event(41));
    TraceEvent committed{.kind = TraceEvent::Kind::committed, .offset = Offset{9}};
    committed.detail = "a map with spaces";
    ledger->write(committed);
    LedgerReader reader(path_);
    const std::vector<LedgerEntry> entries = reader.take_new();
    ASSERT_EQ(entries.size(), 2U);
    const TraceEvent& first = entries[0].event;
    EXPECT_EQ(first.kind, TraceEvent::Kind::finished);
    EXPECT_EQ(first.member, 2);
    EXPECT_EQ(first.topic, 1);
    EXPECT_EQ(first.partition, PartitionId{3});
    EXPECT_EQ(first.offset, Offset{41});
    EXPECT_EQ(first.epoch, Epoch{4});
    EXPECT_EQ(first.attempt, 5U);
    EXPECT_EQ(first.detail, "done");
    EXPECT_EQ(entries[0].key_hash, ledger_key_hash(true, "k7"));
    EXPECT_EQ(entries[1].event.detail, "a map with spaces");
    EXPECT_LE(first.at, entries[1].event.at);
    EXPECT_TRUE(reader.take_new().empty()) << "nothing is given twice";
}

TEST_F(MemberLedgerTest, leaves_a_line_that_is_still_being_written) {
    const std::string line = ledger_line(finished_event(41));
    std::ofstream output(path_);
    output << line.substr(0, 9) << std::flush;
    LedgerReader reader(path_);
    EXPECT_TRUE(reader.take_new().empty());
    output << line.substr(9) << '\n' << std::flush;
    EXPECT_EQ(reader.take_new().size(), 1U);
    EXPECT_EQ(reader.torn(), 0U);
}

TEST_F(MemberLedgerTest, passes_over_a_line_that_was_torn_at_any_place) {
    const std::string line = ledger_line(finished_event(41));
    for (std::size_t length = 1; length < line.size(); ++length) {
        std::ofstream(path_) << line.substr(0, length) << line << '\n' << line << '\n';
        LedgerReader reader(path_);
        EXPECT_EQ(reader.take_new().size(), 1U) << length;
        EXPECT_EQ(reader.torn(), 1U) << length;
    }
}

}  // namespace odradek::scenarios
