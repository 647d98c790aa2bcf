#include "scenarios/commit_evidence.h"

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

TraceEvent commit(std::int64_t at_ms, std::int32_t member, std::int64_t offset) {
    return {
        .at = Instant{std::chrono::milliseconds{at_ms}},
        .kind = TraceEvent::Kind::committed,
        .member = member,
        .topic = 0,
        .partition = PartitionId{0},
        .offset = Offset{offset}};
}

std::vector<std::int64_t> offsets_of(const std::vector<TraceEvent>& commits) {
    std::vector<std::int64_t> offsets;
    for (const TraceEvent& event : commits) {
        offsets.push_back(event.offset.value());
    }
    return offsets;
}

}  // namespace

TEST(CommitEvidence, knows_the_commit_that_a_killed_member_never_heard_of) {
    const auto merged = merge_commits({commit(10, 1, 5)}, {commit(12, -1, 5), commit(30, -1, 8)});
    ASSERT_EQ(merged.size(), 2U);
    EXPECT_EQ(merged[0].member, 1);
    EXPECT_EQ(merged[0].at, Instant{std::chrono::milliseconds{10}}) << "heard before the margin";
    EXPECT_EQ(merged[1].member, -1);
}

TEST(CommitEvidence, takes_the_order_of_the_broker_when_a_frozen_member_hears_late) {
    // Member 0 stood still while its commit of 5 was stored and member 1 went on to 8.
    const auto merged =
        merge_commits({commit(40, 1, 8), commit(90, 0, 5)}, {commit(12, -1, 5), commit(41, -1, 8)});
    EXPECT_EQ(offsets_of(merged), (std::vector<std::int64_t>{5, 8}));
    EXPECT_EQ(merged[0].member, 0);
}

TEST(CommitEvidence, never_puts_an_earlier_commit_behind_the_answer_to_a_later_one) {
    const auto merged = merge_commits({commit(11, 0, 8)}, {commit(12, -1, 5), commit(13, -1, 8)});
    EXPECT_EQ(offsets_of(merged), (std::vector<std::int64_t>{5, 8}));
    EXPECT_EQ(merged[0].at, Instant{std::chrono::milliseconds{11}});
}

TEST(CommitEvidence, keeps_what_the_log_has_forgotten) {
    const auto merged = merge_commits({commit(10, 0, 3), commit(20, 0, 5)}, {commit(21, -1, 5)});
    EXPECT_EQ(offsets_of(merged), (std::vector<std::int64_t>{3, 5}));
}

}  // namespace odradek::scenarios
