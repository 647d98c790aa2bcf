#include "engine/core/commit/commits.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant at(Duration since_start) {
    return Instant{} + since_start;
}

/// Partitions that make progress, and a broker that answers when told.
class Group {
public:
    explicit Group(std::uint32_t partitions = 3, CommitOptions options = {})
        : commits(options, {.units_max = options.metadata_chars_max}, at(0s)) {
        for (std::uint32_t partition = 0; partition < partitions; ++partition) {
            assign(partition, 1);
        }
    }

    void assign(std::uint32_t partition, std::uint32_t epoch) {
        assignment.assign({PartitionIndex{partition}, Epoch{epoch}});
        OwnedPartition& owned = *assignment.find(PartitionIndex{partition});
        owned.phase = OwnedPartition::Phase::reading;
        owned.progress = Progress{OffsetMap{.next_to_read = Offset{0}, .completed = {}}};
    }

    /// The partition's next record is delivered and finished.
    void finish_one(std::uint32_t partition) {
        Progress& progress = assignment.find(PartitionIndex{partition})->progress;
        const Offset offset = progress.seen_end();
        progress.admit(offset);
        progress.finish(offset);
    }

    /// Plans at this time; the partitions of the request that went out, none when none did.
    std::vector<std::uint32_t> plan(Instant now) {
        effects.clear();
        commits.plan(assignment, now, effects);
        std::vector<std::uint32_t> partitions;
        for (const Effect& effect : effects.others) {
            if (const auto* commit = std::get_if<CommitOffsets>(&effect)) {
                request = *commit;
                for (const OffsetToCommit& offset : commit->offsets) {
                    partitions.push_back(offset.partition.partition.value());
                }
            }
        }
        return partitions;
    }

    /// As a broker does whose log does not take the whole request.
    void fail_whole(Instant now) {
        CommitAnswered answered{.commit = request.commit, .partitions = {}};
        for (const OffsetToCommit& offset : request.offsets) {
            answered.partitions.push_back(
                {offset.partition, Error{Errc::client_failed, "UNKNOWN", ""}}
            );
        }
        effects.clear();
        commits.answered(answered, assignment, now, effects);
    }

    void answer(
        Instant now, std::vector<std::uint32_t> refused = {}, Errc code = Errc::commit_unknown
    ) {
        CommitAnswered answered{.commit = request.commit, .partitions = {}};
        for (const OffsetToCommit& offset : request.offsets) {
            const bool is_refused =
                std::ranges::count(refused, offset.partition.partition.value()) > 0;
            answered.partitions.push_back({offset.partition, {}});
            if (is_refused) answered.partitions.back().error = Error{code, "", ""};
        }
        effects.clear();
        commits.answered(answered, assignment, now, effects);
    }

    [[nodiscard]] std::size_t notices(Notice::Kind kind) const {
        return static_cast<std::size_t>(std::ranges::count_if(effects.others, [&](const auto& one) {
            const auto* notice = std::get_if<Notice>(&one);
            return notice != nullptr && notice->kind == kind;
        }));
    }

    void hurry(std::uint32_t partition) {
        const PartitionIndex index{partition};
        commits.hurry({&index, 1});
    }

    [[nodiscard]] bool is_settled(std::uint32_t partition) {
        return commits.is_settled(PartitionIndex{partition}, assignment);
    }

    Assignment assignment;
    Commits commits;
    CommitOffsets request;
    Effects effects;
};

}  // namespace

TEST(Commits, sends_at_the_interval_what_made_progress_and_nothing_else) {
    Group group;
    group.finish_one(0);
    group.finish_one(2);
    EXPECT_THAT(group.plan(at(4999ms)), IsEmpty());
    EXPECT_EQ(group.commits.next_deadline(), at(5s));
    EXPECT_THAT(group.plan(at(5s)), ElementsAre(0, 2));
    EXPECT_EQ(group.request.offsets[1].next_to_read, Offset{1});
    group.answer(at(5s));
    EXPECT_THAT(group.plan(at(10s)), IsEmpty()) << "all of it is stored";
}

TEST(Commits, has_one_request_on_its_way_however_long_that_takes) {
    Group group;
    group.finish_one(0);
    EXPECT_THAT(group.plan(at(5s)), ElementsAre(0));
    group.finish_one(0);
    group.finish_one(1);
    group.hurry(1);
    for (Duration now = 5s; now < 120s; now += 1s) {
        ASSERT_THAT(group.plan(at(now)), IsEmpty());
    }
    group.answer(at(120s));
    EXPECT_THAT(group.plan(at(120s)), ElementsAre(0, 1)) << "the round that was due meanwhile";
    EXPECT_EQ(group.request.offsets[0].next_to_read, Offset{2});
}

TEST(Commits, reports_a_request_without_answer_at_each_timeout) {
    Group group{1, {.interval = 5s, .timeout = 30s}};
    group.finish_one(0);
    EXPECT_THAT(group.plan(at(5s)), ElementsAre(0));
    EXPECT_EQ(group.commits.next_deadline(), at(35s));
    for (const auto& [now, notices] :
         {std::pair{at(34s), 0U}, {at(35s), 1U}, {at(64s), 0U}, {at(65s), 1U}}) {
        group.plan(now);
        EXPECT_EQ(group.notices(Notice::Kind::commit_failed), notices);
        for (const Effect& effect : group.effects.others) {
            EXPECT_EQ(std::get<Notice>(effect).partition, std::nullopt)
                << "it is about no single one";
        }
    }
    EXPECT_FALSE(group.is_settled(0));
    group.answer(at(66s));
    EXPECT_TRUE(group.is_settled(0)) << "a late answer counts";
}

TEST(Commits, keeps_what_was_refused_and_tries_again_after_a_delay_with_what_came_since) {
    Group group;
    for (const std::uint32_t partition : {0U, 1U, 2U}) {
        group.finish_one(partition);
    }
    EXPECT_THAT(group.plan(at(5s)), ElementsAre(0, 1, 2));
    group.answer(at(6s), {1});
    EXPECT_EQ(group.notices(Notice::Kind::commit_failed), 1U);
    EXPECT_FALSE(group.is_settled(1));
    EXPECT_TRUE(group.is_settled(2));
    group.finish_one(1);
    EXPECT_EQ(group.commits.next_deadline(), at(6200ms));
    EXPECT_THAT(group.plan(at(6199ms)), IsEmpty());
    EXPECT_THAT(group.plan(at(6200ms)), ElementsAre(1));
    EXPECT_EQ(group.request.offsets[0].next_to_read, Offset{2});
    group.answer(at(6200ms));
    EXPECT_TRUE(group.is_settled(1));
}

TEST(Commits, waits_after_a_refusal_also_with_what_is_urgent) {
    Group group;
    group.finish_one(0);
    group.hurry(0);
    EXPECT_THAT(group.plan(at(1s)), ElementsAre(0));
    group.answer(at(1s), {0});
    EXPECT_THAT(group.plan(at(1100ms)), IsEmpty());
    EXPECT_EQ(group.commits.next_deadline(), at(1200ms));
    EXPECT_THAT(group.plan(at(1200ms)), ElementsAre(0));
}

TEST(Commits, BM219_hold_back_what_the_group_refused_until_it_has_settled_or_for_so_long) {
    Group group;
    group.finish_one(0);
    group.plan(at(5s));
    group.answer(at(5s), {0}, Errc::commit_refused);
    EXPECT_THAT(group.plan(at(5200ms)), IsEmpty());
    EXPECT_EQ(group.commits.next_deadline(), at(10s));
    EXPECT_THAT(group.plan(at(9999ms)), IsEmpty());
    EXPECT_THAT(group.plan(at(10s)), ElementsAre(0));
    group.answer(at(10s), {0}, Errc::commit_refused);
    group.commits.group_has_settled();
    EXPECT_THAT(group.plan(at(10199ms)), IsEmpty()) << "the pause after any failure";
    EXPECT_THAT(group.plan(at(10200ms)), ElementsAre(0));
}

TEST(Commits, BM219_send_what_must_go_now_although_the_group_has_refused) {
    Group group;
    group.finish_one(0);
    group.finish_one(1);
    group.plan(at(5s));
    group.answer(at(5s), {0, 1}, Errc::commit_refused);
    group.hurry(1);
    EXPECT_EQ(group.commits.next_deadline(), at(5200ms));
    EXPECT_THAT(group.plan(at(5200ms)), ElementsAre(1));
    group.answer(at(5300ms));
    EXPECT_THAT(group.plan(at(5300ms)), IsEmpty());
    EXPECT_THAT(group.plan(at(10s)), ElementsAre(0));
}

TEST(Commits, sends_urgent_partitions_alone_and_before_the_interval) {
    Group group;
    group.finish_one(0);
    group.finish_one(1);
    group.hurry(1);
    EXPECT_THAT(group.plan(at(1s)), ElementsAre(1));
    group.finish_one(1);  // while it is on its way
    group.answer(at(1s));
    EXPECT_FALSE(group.is_settled(1));
    EXPECT_THAT(group.plan(at(1s)), ElementsAre(1)) << "urgent until all of it is stored";
    group.answer(at(1s));
    EXPECT_TRUE(group.is_settled(1));
    group.finish_one(1);
    EXPECT_THAT(group.plan(at(2s)), IsEmpty()) << "no longer urgent";
    EXPECT_THAT(group.plan(at(5s)), ElementsAre(0, 1));
}

TEST(Commits, forgets_the_hurry_of_a_partition_that_has_nothing_to_commit) {
    Group group;
    group.hurry(0);
    EXPECT_THAT(group.plan(at(1s)), IsEmpty());
    group.finish_one(0);
    EXPECT_THAT(group.plan(at(2s)), IsEmpty());
}

TEST(Commits, splits_a_round_that_exceeds_one_request_and_goes_on_right_after_the_answer) {
    constexpr std::uint32_t partitions = 4'000;
    constexpr std::size_t request_bytes_max = 900'000;
    constexpr std::size_t overhead = 512;
    Group group{partitions};
    for (std::uint32_t partition = 0; partition < partitions; ++partition) {
        group.finish_one(partition);
    }
    std::vector<std::uint32_t> sent;
    std::size_t requests = 0;
    while (sent.size() < partitions && requests < 10) {
        const std::vector<std::uint32_t> part = group.plan(at(5s));
        ++requests;
        ASSERT_FALSE(part.empty());
        EXPECT_LE((part.size() - 1) * overhead, request_bytes_max);
        sent.insert(sent.end(), part.begin(), part.end());
        ASSERT_THAT(group.plan(at(5s)), IsEmpty()) << "one at a time";
        group.answer(at(5s));
    }
    EXPECT_EQ(requests, 3U);
    EXPECT_TRUE(std::ranges::is_sorted(sent));
    EXPECT_EQ(sent.size(), partitions);
    EXPECT_THAT(group.plan(at(6s)), IsEmpty());
}

TEST(Commits, sends_nothing_of_a_partition_that_is_gone_and_takes_no_answer_for_it) {
    Group group;
    group.finish_one(0);
    group.finish_one(1);
    EXPECT_THAT(group.plan(at(5s)), ElementsAre(0, 1));
    group.commits.forget(PartitionIndex{0});
    group.assignment.remove(PartitionIndex{0});
    EXPECT_TRUE(group.is_settled(0));
    group.assign(0, 2);
    group.finish_one(0);
    EXPECT_FALSE(group.is_settled(0)) << "its new life has something to commit";
    group.answer(at(6s));
    EXPECT_FALSE(group.is_settled(0)) << "the answer is for the old life";
    EXPECT_TRUE(group.is_settled(1));
    EXPECT_THAT(group.plan(at(10s)), ElementsAre(0));
}

TEST(Commits, sends_less_at_once_after_a_request_that_failed_whole) {
    constexpr std::uint32_t partitions = 200;
    Group group{partitions};
    for (std::uint32_t partition = 0; partition < partitions; ++partition) {
        group.finish_one(partition);
    }
    ASSERT_EQ(group.plan(at(5s)).size(), partitions);
    group.fail_whole(at(5s));
    const std::size_t half = group.plan(at(6s)).size();
    EXPECT_LE(half, partitions / 2 + 2);
    EXPECT_GE(half, partitions / 2 - 10);
    group.answer(at(6s));
    std::size_t stored = half;
    while (stored < partitions) {
        const std::size_t sent = group.plan(at(6s)).size();
        ASSERT_GT(sent, 0U) << "the rest follows at once";
        ASSERT_LE(sent, half) << "and no request is as large as the one that failed";
        stored += sent;
        group.answer(at(6s));
    }
    EXPECT_EQ(stored, partitions);
}

TEST(Commits, ignores_an_answer_to_another_request) {
    Group group;
    group.finish_one(0);
    EXPECT_THAT(group.plan(at(5s)), ElementsAre(0));
    const CommitOffsets sent = group.request;
    group.request.commit = CommitId{99};
    group.answer(at(5s));
    EXPECT_FALSE(group.is_settled(0));
    group.request = sent;
    group.answer(at(5s));
    EXPECT_TRUE(group.is_settled(0));
}

TEST(Commits, cuts_a_map_that_does_not_fit_and_says_so) {
    Group group{1, {.metadata_chars_max = 40}};
    Progress& progress = group.assignment.find(PartitionIndex{0})->progress;
    std::uint64_t mix = 1;
    for (std::int64_t offset = 0; offset < 3'000; ++offset) {
        progress.admit(Offset{offset});
    }
    for (std::int64_t offset = 1; offset < 3'000; ++offset) {
        mix = mix * 6364136223846793005U + 1442695040888963407U;
        if ((mix >> 63U) != 0) progress.finish(Offset{offset});
    }
    EXPECT_THAT(group.plan(at(5s)), ElementsAre(0));
    EXPECT_EQ(group.notices(Notice::Kind::map_cut), 1U);
    EXPECT_EQ(group.request.offsets[0].next_to_read, Offset{0});
    EXPECT_LE(group.request.offsets[0].metadata.size(), 40U * 3U);
}

}  // namespace odradek
