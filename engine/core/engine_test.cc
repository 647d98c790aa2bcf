#include "engine/core/engine.h"

#include "odradek/contract.h"

#include "engine/base/random.h"
#include "engine/core/offsets/map_room.h"
#include "engine/core/offsets/metadata_text.h"
#include "engine/core/test_world.h"

#include <algorithm>
#include <deque>
#include <string>

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

using Offsets = std::vector<std::int64_t>;

}  // namespace

TEST(Engine, asks_for_committed_offsets_and_reads_from_there) {
    World world;
    world.send(PartitionsAssigned{{{PartitionIndex{0}, Epoch{1}}, {PartitionIndex{1}, Epoch{1}}}});
    ASSERT_NE(world.effect<FetchCommitted>(), nullptr);
    world.send(CommittedFetched{
        {{.partition = {PartitionIndex{0}, Epoch{1}}, .next_to_read = Offset{7}}}});
    EXPECT_EQ(world.effect<CompleteAssign>(), nullptr);
    world.send(CommittedFetched{{{.partition = {PartitionIndex{1}, Epoch{1}}}}});
    const auto* complete = world.effect<CompleteAssign>();
    ASSERT_NE(complete, nullptr);
    ASSERT_EQ(complete->partitions.size(), 2U);
    EXPECT_EQ(complete->partitions[0].from, Offset{7});
    EXPECT_EQ(complete->partitions[1].from, no_offset);
}

TEST(Engine, reads_the_others_when_the_partition_they_wait_for_is_taken_away) {
    World world;
    const AssignedPartition failing{PartitionIndex{0}, Epoch{1}};
    const AssignedPartition other{PartitionIndex{1}, Epoch{2}};
    world.send(PartitionsAssigned{{failing, other}});
    world.send(CommittedFetched{
        {{.partition = failing, .error = Error{Errc::broker_unreachable, "down", ""}},
         {.partition = other, .next_to_read = Offset{7}}}});
    EXPECT_EQ(world.effect<CompleteAssign>(), nullptr);
    world.send(PartitionsLost{{failing.partition}});
    const auto* complete = world.effect<CompleteAssign>();
    ASSERT_NE(complete, nullptr);
    ASSERT_EQ(complete->partitions.size(), 1U);
    EXPECT_EQ(complete->partitions[0].partition, other);
}

TEST(Engine, runs_one_record_of_a_key_at_a_time_and_other_keys_beside_it) {
    World world;
    world.assign();
    world.poll(0, {"a", "b", "a", "b", "c"});
    EXPECT_EQ(world.offsets_out(), (Offsets{0, 1, 4}));
    world.finish(1);
    EXPECT_EQ(world.offsets_out(), (Offsets{0, 4, 3}));
    world.finish(0);
    EXPECT_EQ(world.offsets_out(), (Offsets{4, 3, 2}));
}

TEST(Engine, runs_one_record_of_a_partition_at_a_time_in_partition_order) {
    World world{{.ordering = Ordering::partition}};
    world.assign();
    world.poll(0, {"a", "b", "c"});
    EXPECT_EQ(world.offsets_out(), (Offsets{0}));
    world.finish(0);
    EXPECT_EQ(world.offsets_out(), (Offsets{1}));
}

TEST(Engine, PC2_runs_everything_side_by_side_when_unordered_up_to_the_limit) {
    World world{{.ordering = Ordering::unordered, .concurrency_max = 2}};
    world.assign();
    world.poll(0, {"a", "a", "a"});
    EXPECT_EQ(world.offsets_out(), (Offsets{0, 1}));
    world.finish(1);
    EXPECT_EQ(world.offsets_out(), (Offsets{0, 2}));
}

TEST(Engine, keeps_null_keys_apart_from_empty_ones_in_one_lane_or_in_none) {
    World lane;
    lane.assign();
    lane.poll(0, {"-", "", "-", ""});
    EXPECT_EQ(lane.offsets_out(), (Offsets{0, 1}));
    World free{{.null_keys = NullKeys::unordered}};
    free.assign();
    free.poll(0, {"-", "", "-", ""});
    EXPECT_EQ(free.offsets_out(), (Offsets{0, 1, 2}));
}

TEST(Engine, PC9_commits_at_the_interval_what_is_finished_and_again_only_after_more) {
    World world;
    world.assign();
    world.poll(10, {"a", "b", "c"});
    world.finish(11);
    world.wait(4999ms);
    EXPECT_EQ(world.committing(), -1);
    world.finish(10);
    world.wait(1ms);
    EXPECT_EQ(world.committing(), 12);
    world.acknowledge_commit();
    world.wait(5s);
    EXPECT_EQ(world.committing(), -1);
}

TEST(Engine, PC27_sends_a_failed_commit_again_and_never_two_at_once) {
    World world;
    world.assign();
    world.poll(0, {"a", "b"});
    world.finish(0);
    world.wait(5s);
    EXPECT_EQ(world.committing(), 1);
    const Effects first = world.effects;
    world.finish(1);
    world.wait(5s);
    EXPECT_EQ(world.committing(), -1) << "the first is not answered";
    world.effects = first;
    world.acknowledge_commit(Error{Errc::commit_unknown, "refused", ""});
    world.wait(200ms);
    EXPECT_EQ(world.committing(), 2);
}

TEST(Engine, holds_a_failed_record_for_its_delay_and_its_key_with_it) {
    World world;
    world.assign();
    world.poll(0, {"a", "a", "b"});
    world.finish(0, WorkResult::retry, 20ms);
    world.finish(2);
    EXPECT_EQ(world.offsets_out(), Offsets{});
    EXPECT_EQ(world.engine_.next_deadline(), at(20ms));
    world.wait(19ms);
    EXPECT_EQ(world.offsets_out(), Offsets{});
    world.wait(1ms);
    EXPECT_EQ(world.offsets_out(), (Offsets{0}));
    EXPECT_EQ(world.out.front().attempt, 2U);
    world.finish(0);
    EXPECT_EQ(world.offsets_out(), (Offsets{1}));
}

TEST(Engine, gives_the_rest_of_a_run_its_place_back_after_a_failure) {
    World world{{.concurrency_max = 1}};
    world.assign();
    world.poll(0, {"a"});
    for (int record = 0; record < 60; ++record) {  // fast handlers, so that runs grow
        const FinishedWork fast{.work = world.out.front().work, .took = 1us};
        world.out.clear();
        world.send(WorkFinished{.finished = {&fast, 1}, .reasons = {}});
        world.poll(record + 1, {"a"});
    }
    world.poll(61, {"a", "a", "a", "a"});
    const FinishedWork fast{.work = world.out.front().work, .took = 1us};
    world.out.clear();
    world.send(WorkFinished{.finished = {&fast, 1}, .reasons = {}});
    ASSERT_EQ(world.offsets_out(), (Offsets{61, 62, 63, 64}));
    EXPECT_FALSE(world.out[0].continues_run);
    EXPECT_TRUE(world.out[1].continues_run);
    const std::vector<FinishedWork> answers{
        {.work = world.out[0].work, .took = 1us},
        {.work = world.out[1].work, .result = WorkResult::retry, .retry_delay = 5ms, .took = 1us},
        {.work = world.out[2].work, .result = WorkResult::unstarted},
        {.work = world.out[3].work, .result = WorkResult::unstarted}};
    world.out.clear();
    world.send(WorkFinished{.finished = answers, .reasons = {}});
    EXPECT_EQ(world.offsets_out(), Offsets{});
    world.wait(5ms);
    EXPECT_EQ(world.offsets_out(), (Offsets{62, 63, 64}));
    EXPECT_EQ(world.out[0].attempt, 2U);
    EXPECT_EQ(world.out[1].attempt, 1U);
}

TEST(Engine, stops_skips_or_sends_away_a_record_after_its_last_attempt) {
    World skipping{{.retry = {.attempts_max = 1, .then = AfterLastAttempt::skip}}};
    skipping.assign();
    skipping.poll(0, {"a"});
    skipping.finish(0, WorkResult::retry);
    skipping.wait(5s);
    EXPECT_EQ(skipping.committing(), 1);

    World sending{{.retry = {.attempts_max = 3, .then = AfterLastAttempt::dead_letter}}};
    sending.assign();
    sending.poll(0, {"a", "a"});
    sending.finish(0, WorkResult::fail);
    const auto* letter = sending.effect<DeadLetter>();
    ASSERT_NE(letter, nullptr);
    const WorkId work = letter->work;
    EXPECT_EQ(sending.offsets_out(), Offsets{}) << "the key waits for the acknowledgement";
    sending.send(DeadLetterAnswered{work, Error{Errc::broker_unreachable, "down", ""}});
    sending.wait(1s);
    ASSERT_NE(sending.effect<DeadLetter>(), nullptr) << "a failed send is repeated";
    sending.send(DeadLetterAnswered{work, {}});
    EXPECT_EQ(sending.offsets_out(), (Offsets{1}));

    World stopping{{.retry = {.attempts_max = 2, .then = AfterLastAttempt::stop}}};
    stopping.assign();
    stopping.poll(0, {"a", "b"});
    stopping.finish(0, WorkResult::fail);
    EXPECT_EQ(stopping.effect<LeaveGroup>(), nullptr);
    stopping.finish(1);
    ASSERT_NE(stopping.effect<CommitOffsets>(), nullptr);
    EXPECT_EQ(stopping.committing(), 0) << "the failed record is not done";
    stopping.acknowledge_commit();
    ASSERT_NE(stopping.effect<LeaveGroup>(), nullptr);
    stopping.send(ClientClosed{});
    ASSERT_NE(stopping.effect<Closed>(), nullptr);
    EXPECT_EQ(stopping.effect<Closed>()->cause->code, Errc::handler_failed);
}

TEST(Engine, frees_the_key_of_a_refused_dead_letter_when_its_partition_goes) {
    World world{{.retry = {.then = AfterLastAttempt::dead_letter}}};
    world.assign();
    world.poll(0, {"a"});
    world.finish(0, WorkResult::fail);
    ASSERT_NE(world.effect<DeadLetter>(), nullptr);
    const WorkId work = world.effect<DeadLetter>()->work;
    world.send(DeadLetterAnswered{work, Error{Errc::broker_unreachable, "down", ""}});
    world.send(PartitionsLost{{PartitionIndex{0}}});
    EXPECT_EQ(world.released, 1U);
    EXPECT_EQ(world.engine_.in_flight(), 0U);
    world.assign(2);
    world.poll(0, {"a"});
    EXPECT_EQ(world.offsets_out(), (Offsets{0}));
}

TEST(Engine, PC23_awaits_what_runs_at_a_revoke_then_commits_and_gives_back) {
    World world;
    world.assign();
    world.poll(0, {"a", "b", "a"});
    world.finish(1);
    world.send(PartitionsRevoked{{PartitionIndex{0}}});
    EXPECT_NE(world.effect<RecallWork>(), nullptr);
    EXPECT_EQ(world.effect<CompleteRevoke>(), nullptr);
    world.finish(0);
    EXPECT_EQ(world.committing(), 2) << "2 was never started, so it is the next to read";
    world.acknowledge_commit();
    EXPECT_NE(world.effect<CompleteRevoke>(), nullptr);
    EXPECT_EQ(world.engine_.waiting() + world.engine_.in_flight(), 0U);
    EXPECT_EQ(world.released, 3U);
}

TEST(Engine, PC22_gives_back_at_the_bound_and_ignores_what_comes_later) {
    World world;
    world.assign();
    world.poll(0, {"a"});
    world.send(PartitionsRevoked{{PartitionIndex{0}}});
    world.wait(10s);
    ASSERT_NE(world.effect<CompleteRevoke>(), nullptr);
    world.assign(2, Offset{0});
    world.poll(0, {"a", "b"});  // stale-occupant (#1), key on two threads across epochs (#8)
    EXPECT_EQ(world.offsets_out(), (Offsets{0, 1}));
    EXPECT_EQ(world.out[0].partition.epoch, Epoch{1});
    world.finish(1);
    world.finish(0);
    ASSERT_NE(world.effect<Notice>(), nullptr);
    EXPECT_EQ(world.effect<Notice>()->kind, Notice::Kind::stale_result);
    EXPECT_EQ(world.offsets_out(), (Offsets{0})) << "the fresh one of the same key starts now";
    world.finish(0);
    world.wait(5s);
    EXPECT_EQ(world.committing(), 2);
}

TEST(Engine, commits_nothing_of_a_lost_partition) {
    World world;
    world.assign();
    world.poll(0, {"a", "b"});
    world.finish(0);
    world.send(PartitionsLost{{PartitionIndex{0}}});
    EXPECT_EQ(world.committing(), -1);
    EXPECT_NE(world.effect<CompleteRevoke>(), nullptr);
    world.wait(20s);
    EXPECT_EQ(world.committing(), -1);
}

TEST(Engine, PC21_finishes_what_runs_or_all_that_is_buffered_before_it_leaves) {
    World quick;
    quick.assign();
    quick.poll(0, {"a", "a"});
    quick.send(CloseRequested{{.finish = Finish::in_flight}});
    quick.finish(0);
    EXPECT_EQ(quick.committing(), 1);
    quick.acknowledge_commit();
    EXPECT_NE(quick.effect<LeaveGroup>(), nullptr);

    World thorough;
    thorough.assign();
    thorough.poll(0, {"a", "a"});
    thorough.send(CloseRequested{{.finish = Finish::buffered_too}});
    EXPECT_EQ(thorough.engine_.read_budget(), 0U);
    thorough.finish(0);
    thorough.finish(1);
    EXPECT_EQ(thorough.committing(), 2);
    thorough.acknowledge_commit();
    EXPECT_NE(thorough.effect<LeaveGroup>(), nullptr);
}

TEST(Engine, does_not_take_work_up_again_when_a_second_close_is_more_thorough) {
    World world{{.ordering = Ordering::partition}};
    world.assign();
    world.poll(0, {"a"});
    world.send(CloseRequested{{.finish = Finish::in_flight}});
    world.poll(1, {"b"});  // turned away
    world.send(CloseRequested{{.finish = Finish::buffered_too}});
    world.poll(2, {"c"});
    world.finish(0);
    EXPECT_EQ(world.offsets_out(), Offsets{});
    EXPECT_EQ(world.committing(), 1) << "1 was turned away, so it is the next to read";
}

TEST(Engine, keeps_the_first_cause_and_the_nearest_limit_when_it_is_told_to_stop_again) {
    World world{
        {.retry = {.then = AfterLastAttempt::stop}, .slow = {.partition_after = Duration{0}}}};
    world.assign();
    world.poll(0, {"a", "b"});
    world.send(CloseRequested{{.limit = 3s}});
    world.finish(0, WorkResult::fail);
    world.send(CloseRequested{{.limit = 60s}});
    EXPECT_EQ(world.engine_.next_deadline(), at(3s));
    world.wait(3s);
    ASSERT_NE(world.effect<LeaveGroup>(), nullptr);
    world.send(ClientClosed{});
    ASSERT_NE(world.effect<Closed>(), nullptr);
    ASSERT_TRUE(world.effect<Closed>()->cause.has_value());
    EXPECT_EQ(world.effect<Closed>()->cause->code, Errc::handler_failed);
}

TEST(Engine, leaves_at_the_limit_though_a_handler_hangs) {
    World world;
    world.assign();
    world.poll(0, {"a", "b"});
    world.finish(1);
    world.send(CloseRequested{{.limit = 3s}});
    world.wait(3s);
    EXPECT_EQ(world.committing(), 0);
    world.acknowledge_commit();
    EXPECT_NE(world.effect<LeaveGroup>(), nullptr);
}

TEST(Engine, PC20_starts_nothing_while_paused) {
    World world;
    world.assign();
    world.send(PauseRequested{});
    EXPECT_EQ(world.engine_.read_budget(), 0U);
    world.poll(0, {"a"});
    EXPECT_EQ(world.offsets_out(), Offsets{});
    world.send(ResumeRequested{});
    EXPECT_EQ(world.offsets_out(), (Offsets{0}));
}

TEST(Engine, PC19_TP7_pauses_a_partition_that_stays_over_its_limit_and_resumes_it_below_half) {
    World world{
        {.concurrency_max = 1, .buffer = {.partition_records_max = 4, .pause_after = 10ms}}};
    world.assign();
    world.poll(0, {"a", "b", "c", "d", "e", "f"});
    EXPECT_EQ(world.effect<PausePartitions>(), nullptr) << "a short burst is not worth a pause";
    EXPECT_EQ(world.engine_.next_deadline(), at(10ms));
    world.wait(10ms);
    EXPECT_NE(world.effect<PausePartitions>(), nullptr);
    world.finish(0);
    world.finish(1);
    EXPECT_EQ(world.effect<ResumePartitions>(), nullptr);
    world.finish(2);
    EXPECT_NE(world.effect<ResumePartitions>(), nullptr);
}

TEST(Engine, commits_what_is_done_above_and_does_not_run_it_again) {
    World world;
    world.assign();
    world.poll(0, {"a", "b", "c", "d"});
    world.finish(1);
    world.finish(3);
    world.wait(5s);
    ASSERT_EQ(world.committing(), 0);
    const std::string metadata = world.effect<CommitOffsets>()->offsets[0].metadata;
    EXPECT_FALSE(metadata.empty());

    World successor;
    const AssignedPartition partition{PartitionIndex{0}, Epoch{1}};
    successor.send(PartitionsAssigned{{partition}});
    successor.send(CommittedFetched{
        {{.partition = partition, .next_to_read = Offset{0}, .metadata = metadata}}});
    successor.take_epoch(1);
    successor.poll(0, {"a", "b", "c", "d", "e"});
    EXPECT_EQ(successor.offsets_out(), (Offsets{0, 2, 4}));
}

TEST(Engine, PC17_replays_or_fails_by_policy_where_the_metadata_is_foreign) {
    const AssignedPartition partition{PartitionIndex{0}, Epoch{1}};
    const CommittedFetched foreign{
        {{.partition = partition, .next_to_read = Offset{3}, .metadata = "two words"}}};
    World ignoring;
    ignoring.send(PartitionsAssigned{{partition}});
    ignoring.send(foreign);
    EXPECT_EQ(ignoring.effect<Notice>()->kind, Notice::Kind::metadata_unreadable);
    EXPECT_EQ(ignoring.effect<CompleteAssign>()->partitions.at(0).from, Offset{3});

    World failing{{.commit = {.unreadable_metadata = UnreadableMetadata::fail}}};
    failing.send(PartitionsAssigned{{partition}});
    failing.send(foreign);
    ASSERT_NE(failing.effect<LeaveGroup>(), nullptr);
    failing.send(ClientClosed{});
    EXPECT_EQ(failing.effect<Closed>()->cause->code, Errc::unreadable_metadata);
}

TEST(Engine, PC15_never_outgrows_the_metadata_and_never_drops_a_map) {
    for (const std::uint32_t limit : {40U, 100U}) {
        Random random{limit};
        World world{
            {.ordering = Ordering::unordered,
             .concurrency_max = 100'000,
             .commit = {.interval = 1ms, .metadata_chars_max = limit},
             .buffer = {.records_max = 4'000, .partition_records_max = 4'000}}};
        world.assign(1, Offset{0});
        std::int64_t polled = 0;
        std::int64_t highest = 0;
        const auto check_commit = [&] {
            const auto* notice = world.effect<Notice>();
            ASSERT_TRUE(notice == nullptr || notice->kind != Notice::Kind::map_cut);
            const auto* commit = world.effect<CommitOffsets>();
            if (commit == nullptr) return;
            ASSERT_LE(count_units(commit->offsets.at(0).metadata), limit);
            world.acknowledge_commit();
        };
        // Every second record hangs, as long as `all` is false: the worst map there is.
        const auto finish_one = [&](bool all) {
            std::vector<std::int64_t> candidates;
            for (const WorkItem& item : world.out) {
                highest = std::max(highest, item.offset.value());
                if (all || item.offset.value() % 2 == 1) candidates.push_back(item.offset.value());
            }
            if (candidates.empty()) return false;
            const bool fails = random.chance({.part = 1, .whole = 20});
            world.finish(
                candidates[random.below(candidates.size())],
                fails ? WorkResult::retry : WorkResult::done,
                Duration{0}
            );
            check_commit();
            return true;
        };
        while (world.engine_.read_budget() > 0) {
            world.poll(polled, std::vector<std::string>(100, "k"));
            polled += 100;
            while (finish_one(false)) {
                if (world.now.time_since_epoch() > 20s) FAIL() << "it never holds back";
                world.wait(1ms);
                check_commit();
            }
        }
        EXPECT_GT(world.engine_.waiting(), 1'000U) << "records wait for room in the map";
        EXPECT_GT(highest, MapRoom::safe_span({.units_max = limit}) / 2) << "the room is used";
        while (finish_one(true)) {
        }
        world.wait(5s);
        check_commit();
        EXPECT_EQ(world.engine_.waiting() + world.engine_.in_flight(), 0U);
        EXPECT_EQ(world.committed_, polled) << "all is processed when the hanging ones end";
    }
}

TEST(Engine, refuses_an_answer_for_work_that_is_not_out) {
    World world;
    world.assign();
    world.poll(0, {"a"});
    const WorkId work = world.out.front().work;
    world.finish(0);
    const FinishedWork again{.work = work};
    EXPECT_THROW(
        world.send(WorkFinished{.finished = {&again, 1}, .reasons = {}}), ContractViolation
    );
}

TEST(Engine, PC26_ends_with_the_cause_when_the_client_fails) {
    World world;
    world.assign();
    world.poll(0, {"a"});
    world.send(ClientFailed{Error{Errc::fenced, "another member has this instance id", ""}});
    EXPECT_NE(world.effect<LeaveGroup>(), nullptr);
    EXPECT_EQ(world.committing(), -1);
    world.send(ClientClosed{});
    ASSERT_NE(world.effect<Closed>(), nullptr);
    EXPECT_EQ(world.effect<Closed>()->cause->code, Errc::fenced);
}

}  // namespace odradek
