#include "odradek/contract.h"

#include "engine/core/test_world.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;
using Offsets = std::vector<std::int64_t>;
using Kind = Notice::Kind;

EngineOptions with_expiry(Duration expiry) {
    EngineOptions options{.run_max = 1};
    options.deferred.expiry = expiry;
    options.retry.delay = 10ms;
    return options;
}

/// Partition 0 with two records of one key; the first one's handler has answered "later".
struct OneDeferred {
    explicit OneDeferred(const EngineOptions& options = with_expiry(0s)) : world(options) {
        world.assign(1, Offset{0});
        world.poll(0, {"a", "a"});
        item = world.item(0);
        world.finish(0, WorkResult::deferred);
    }

    World world;
    WorkItem item;
};

}  // namespace

TEST(DC1_Deferred, keeps_the_key_busy_and_the_commit_back_until_the_token_ends) {
    OneDeferred test;
    World& world = test.world;
    EXPECT_EQ(world.offsets_out(), (Offsets{}));
    EXPECT_EQ(world.engine_.in_flight(), 1U);
    world.wait(10s);
    EXPECT_EQ(world.committing(), -1);
    world.end_token(test.item);
    EXPECT_EQ(world.offsets_out(), (Offsets{1}));
    EXPECT_EQ(world.released, 1U);
    world.wait(10s);
    EXPECT_EQ(world.committing(), 1);
}

TEST(DC1_Deferred, takes_any_outcome_from_a_token) {
    OneDeferred retried;
    retried.world.end_token(retried.item, TokenEnd::finished, WorkResult::retry);
    EXPECT_EQ(retried.world.offsets_out(), (Offsets{}));
    retried.world.wait(10ms);
    ASSERT_EQ(retried.world.offsets_out(), (Offsets{0}));
    EXPECT_EQ(retried.world.item(0).attempt, 2U);

    OneDeferred skipped;
    skipped.world.end_token(skipped.item, TokenEnd::finished, WorkResult::skip);
    EXPECT_NE(skipped.world.notice(Kind::record_skipped), nullptr);
    EXPECT_EQ(skipped.world.offsets_out(), (Offsets{1}));

    OneDeferred failed;
    failed.world.end_token(failed.item, TokenEnd::finished, WorkResult::fail);
    EXPECT_NE(failed.world.notice(Kind::record_failed), nullptr);
    EXPECT_EQ(failed.world.released, 2U) << "the policy is stop: both are given back";
}

TEST(DC1_Deferred, sends_a_dead_letter_for_a_token_that_fails) {
    EngineOptions options = with_expiry(0s);
    options.retry.then = AfterLastAttempt::dead_letter;
    OneDeferred test{options};
    test.world.end_token(test.item, TokenEnd::finished, WorkResult::fail);
    const auto* letter = test.world.effect<DeadLetter>();
    ASSERT_NE(letter, nullptr);
    test.world.send(DeadLetterAnswered{.work = letter->work, .error = {}});
    EXPECT_EQ(test.world.offsets_out(), (Offsets{1}));
}

TEST(DC1_Deferred, tries_the_record_of_a_leaked_token_again_and_names_it) {
    OneDeferred test;
    test.world.end_token(test.item, TokenEnd::destroyed);
    const Notice* leaked = test.world.notice(Kind::completion_leaked);
    ASSERT_NE(leaked, nullptr);
    EXPECT_EQ(leaked->offset, Offset{0});
    test.world.wait(10ms);
    EXPECT_EQ(test.world.offsets_out(), (Offsets{0}));
}

TEST(DC1_Deferred, names_a_double_completion_and_does_nothing) {
    OneDeferred test;
    test.world.end_token(test.item);
    test.world.finish(1);
    test.world.end_token(test.item, TokenEnd::finished_again);
    const Notice* twice = test.world.notice(Kind::completion_double);
    ASSERT_NE(twice, nullptr);
    EXPECT_EQ(twice->offset, Offset{0});
    EXPECT_EQ(test.world.released, 2U);
}

TEST(DC1_Deferred, gives_an_expired_token_up_and_names_what_it_says_later) {
    OneDeferred test{with_expiry(1s)};
    World& world = test.world;
    EXPECT_EQ(world.engine_.next_deadline(), world.now + 1s);
    world.wait(999ms);
    EXPECT_EQ(world.notice(Kind::completion_expired), nullptr);
    world.wait(1ms);
    ASSERT_NE(world.notice(Kind::completion_expired), nullptr);
    const auto* expired = world.effect<TokenExpired>();
    ASSERT_NE(expired, nullptr);
    EXPECT_EQ(expired->work, test.item.work);
    world.end_token(test.item);
    EXPECT_NE(world.notice(Kind::completion_late), nullptr) << "while it waits for its retry";
    world.wait(10ms);
    ASSERT_EQ(world.offsets_out(), (Offsets{0}));
    world.end_token(test.item);
    EXPECT_NE(world.notice(Kind::completion_late), nullptr) << "while it runs again";
    EXPECT_EQ(world.offsets_out(), (Offsets{0}));
    world.finish(0);
    EXPECT_EQ(world.offsets_out(), (Offsets{1}));
}

TEST(DC1_Deferred, lets_no_token_expire_that_has_ended) {
    OneDeferred test{with_expiry(1s)};
    test.world.end_token(test.item);
    test.world.wait(2s);
    EXPECT_EQ(test.world.notice(Kind::completion_expired), nullptr);
}

TEST(DC1_Deferred, keeps_a_token_that_ends_before_its_handler_has_returned) {
    World world{with_expiry(0s)};
    world.assign(1, Offset{0});
    world.poll(0, {"a", "a"});
    world.end_token(world.item(0));
    EXPECT_EQ(world.offsets_out(), (Offsets{0})) << "the handler still runs: the key is busy";
    world.finish(0, WorkResult::deferred);
    EXPECT_EQ(world.offsets_out(), (Offsets{1}));
    EXPECT_EQ(world.released, 1U);
}

TEST(DC1_Deferred, lets_the_handlers_own_answer_win_over_its_token) {
    World world{with_expiry(0s)};
    world.assign(1, Offset{0});
    world.poll(0, {"a", "b"});
    world.end_token(world.item(0), TokenEnd::finished, WorkResult::fail);
    world.finish(0, WorkResult::done);
    EXPECT_NE(world.notice(Kind::completion_double), nullptr);
    world.end_token(world.item(1), TokenEnd::destroyed);
    world.finish(1, WorkResult::done);
    EXPECT_EQ(world.notice(Kind::completion_double), nullptr) << "a dropped token says nothing";
    EXPECT_EQ(world.released, 2U);
}

TEST(DC1_Deferred, PC23_awaits_open_tokens_in_a_revoke_up_to_its_bound) {
    OneDeferred in_time;
    in_time.world.send(PartitionsRevoked{{PartitionIndex{0}}});
    EXPECT_EQ(in_time.world.effect<CompleteRevoke>(), nullptr);
    in_time.world.end_token(in_time.item);
    EXPECT_EQ(in_time.world.committing(), 1);
    in_time.world.acknowledge_commit();
    EXPECT_NE(in_time.world.effect<CompleteRevoke>(), nullptr);

    OneDeferred too_late;
    too_late.world.send(PartitionsRevoked{{PartitionIndex{0}}});
    too_late.world.wait(10s);
    EXPECT_NE(too_late.world.effect<CompleteRevoke>(), nullptr);
    EXPECT_NE(too_late.world.notice(Kind::work_abandoned), nullptr);
    EXPECT_EQ(too_late.world.released, 1U) << "the one that waited";
    too_late.world.assign(2, Offset{0});
    too_late.world.poll(0, {"a"});
    EXPECT_EQ(too_late.world.offsets_out(), (Offsets{})) << "the key is busy across epochs";
    too_late.world.end_token(too_late.item);
    EXPECT_NE(too_late.world.notice(Kind::stale_result), nullptr);
    EXPECT_EQ(too_late.world.offsets_out(), (Offsets{0}));
}

TEST(DC1_Deferred, frees_the_key_of_an_abandoned_record_when_its_token_expires) {
    OneDeferred test{with_expiry(30s)};
    test.world.send(PartitionsLost{{PartitionIndex{0}}});
    test.world.assign(2, Offset{0});
    test.world.poll(0, {"a"});
    EXPECT_EQ(test.world.offsets_out(), (Offsets{}));
    test.world.wait(30s);
    EXPECT_NE(test.world.notice(Kind::completion_expired), nullptr);
    EXPECT_EQ(test.world.offsets_out(), (Offsets{0}));
}

TEST(DC1_Deferred, abandons_a_handler_that_defers_after_its_partition_went) {
    World world{with_expiry(0s)};
    world.assign(1, Offset{0});
    world.poll(0, {"a"});
    const WorkItem item = world.item(0);
    world.send(PartitionsLost{{PartitionIndex{0}}});
    world.finish(0, WorkResult::deferred);
    EXPECT_EQ(world.released, 0U) << "its token may still read it";
    world.end_token(item);
    EXPECT_NE(world.notice(Kind::stale_result), nullptr);
    EXPECT_EQ(world.released, 1U);
}

TEST(DC1_Deferred, PC21_awaits_open_tokens_in_a_close_up_to_its_limit) {
    OneDeferred test;
    test.world.send(CloseRequested{{.finish = Finish::buffered_too, .limit = 5s}});
    EXPECT_EQ(test.world.effect<LeaveGroup>(), nullptr);
    test.world.wait(5s);
    EXPECT_NE(test.world.effect<LeaveGroup>(), nullptr);
    ASSERT_EQ(test.world.engine_.deferred().size(), 1U) << "for the driver to free at its end";
    EXPECT_EQ(test.world.engine_.deferred()[0].work, test.item.work);
}

TEST(DC1_Deferred, starts_nothing_while_so_many_tokens_are_open_as_there_may_be) {
    EngineOptions options{.ordering = Ordering::unordered, .concurrency_max = 2};
    options.deferred.open_max = 3;
    World world{options};
    world.assign(1, Offset{0});
    world.poll(0, {"a", "b", "c", "d", "e"});
    std::vector<WorkItem> deferred;
    for (const std::int64_t offset : {0, 1, 2}) {
        deferred.push_back(world.item(offset));
        world.finish(offset, WorkResult::deferred);
    }
    EXPECT_EQ(world.offsets_out(), (Offsets{}));
    EXPECT_EQ(world.engine_.in_flight(), 3U);
    world.end_token(deferred[1]);
    EXPECT_EQ(world.offsets_out(), (Offsets{3}));
}

TEST(DC1_Deferred, makes_runs_short_so_that_nothing_comes_back_unstarted) {
    World world;
    world.assign(1, Offset{0});
    world.poll(0, {"a", "a", "a", "a"});
    const WorkItem first = world.item(0);
    world.finish(0, WorkResult::deferred);
    for (std::size_t back = world.out.size(); back > 0; --back) {
        world.finish(world.out.front().offset.value(), WorkResult::unstarted);
    }
    world.end_token(first);
    EXPECT_EQ(world.offsets_out(), (Offsets{1}));
}

}  // namespace odradek
