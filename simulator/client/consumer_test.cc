// What an application sees, by the rules and cases of the broker model.

#include "simulator/client/consumer.h"

#include "simulator/client/consumer_fixture.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;
using Log = std::vector<std::string>;
using Read = std::vector<std::pair<std::uint32_t, std::int64_t>>;

class ConsumerTest : public testing::Test {
protected:
    std::unique_ptr<TestMember> member(Assignor assignor = Assignor::range) {
        return std::make_unique<TestMember>(world_, TestMember::quick(assignor));
    }
    std::unique_ptr<TestMember> member(const ClientOptions& options) {
        return std::make_unique<TestMember>(world_, options);
    }
    void produce(int records, std::uint32_t partition = 0) {
        Partition& target = world_.cluster.partition(PartitionNumber{partition});
        for (int i = 0; i < records; ++i) {
            target.log.append({.key = "k", .value_bytes = 10}, world_.scheduler.now());
        }
        world_.cluster.wake_fetches(target);
    }
    static Read offsets(std::int64_t from, std::int64_t to, std::uint32_t partition = 0) {
        Read all;
        for (std::int64_t offset = from; offset < to; ++offset)
            all.emplace_back(partition, offset);
        return all;
    }

    ClusterFixture world_;
};

TEST_F(ConsumerTest, a_lone_consumer_gets_everything_and_reads_it) {
    produce(10);
    const auto a = member();
    world_.wait(3s);
    EXPECT_EQ(a->log, (Log{"ASSIGN 0 1"}));
    EXPECT_EQ(a->read, offsets(0, 10));
}

TEST_F(
    ConsumerTest, an_eager_newcomer_costs_a_revoke_of_all_BM_264_and_a_commit_in_it_holds_FT_13
) {
    const auto a = member();
    world_.wait(2s);
    a->answers = false;
    const auto b = member();
    world_.wait(2s);
    ASSERT_EQ(a->log, (Log{"ASSIGN 0 1", "REVOKE 0 1"}));
    a->commit(5);
    world_.wait(100ms);
    EXPECT_EQ(a->log.back(), "COMMIT NO_ERROR");
    a->answers = true;
    a->answer(a->last_rebalance);
    world_.wait(3s);
    EXPECT_TRUE(a->log.back() == "ASSIGN 0" || a->log.back() == "ASSIGN 1") << a->log.back();
    EXPECT_EQ(b->log.size(), 1U);
}

TEST_F(ConsumerTest, a_cooperative_newcomer_gets_what_others_gave_up_in_a_second_round_FT_19) {
    ClusterFixture six{{}, 6};
    TestMember a{six, TestMember::quick(Assignor::cooperative_sticky)};
    six.wait(2s);
    TestMember b{six, TestMember::quick(Assignor::cooperative_sticky)};
    six.wait(10s);
    EXPECT_EQ(a.log, (Log{"ASSIGN 0 1 2 3 4 5", "REVOKE 0 1 2", "ASSIGN", "ASSIGN"}));
    EXPECT_EQ(b.log, (Log{"ASSIGN", "ASSIGN 0 1 2"}));
}

TEST_F(ConsumerTest, a_queued_rebalance_silences_every_partition_BM_263) {
    const auto a = member(Assignor::cooperative_sticky);
    world_.wait(2s);
    a->answers = false;
    const auto b = member(Assignor::cooperative_sticky);
    world_.wait(3s);
    ASSERT_EQ(a->log.back(), "REVOKE 0");
    produce(5, 1);  // of the partition that stays
    world_.wait(1s);
    EXPECT_EQ(a->read, Read{});
    a->answers = true;
    a->answer(a->last_rebalance);
    world_.wait(1s);
    EXPECT_EQ(a->read, offsets(0, 5, 1));
}

TEST_F(ConsumerTest, a_pause_throws_away_what_was_fetched_and_loses_nothing_BM_284) {
    const auto a = member();
    world_.wait(2s);
    a->reads = false;
    produce(10);
    world_.wait(1s);
    a->consumer().pause(PartitionNumber{0});
    a->reads = true;
    a->poll();
    EXPECT_EQ(a->read, Read{});
    a->consumer().resume(PartitionNumber{0});
    world_.wait(1s);
    EXPECT_EQ(a->read, offsets(0, 10));
}

TEST_F(ConsumerTest, resuming_what_is_not_paused_delivers_again_BM_285_FT_36) {
    produce(10);
    const auto a = member();
    world_.wait(3s);
    ASSERT_EQ(a->read, offsets(0, 10));
    a->consumer().resume(PartitionNumber{0});
    world_.wait(1s);
    EXPECT_EQ(a->read.size(), 20U);
}

TEST_F(ConsumerTest, the_pause_flag_survives_a_new_assignment_BM_286_FT_37) {
    const auto a = member();
    world_.wait(2s);
    for (const std::uint32_t each : {0U, 1U})
        a->consumer().pause(PartitionNumber{each});
    const auto b = member();
    world_.wait(4s);
    produce(3, 0);
    produce(3, 1);
    world_.wait(1s);
    EXPECT_EQ(a->read, Read{});
    EXPECT_EQ(b->read.size(), 3U);
    for (const std::uint32_t each : {0U, 1U})
        a->consumer().resume(PartitionNumber{each});
    world_.wait(1s);
    EXPECT_EQ(a->read.size(), 3U);
}

TEST_F(ConsumerTest, a_seek_drops_what_was_fetched_before_BM_283) {
    const auto a = member();
    world_.wait(2s);
    a->reads = false;
    produce(10);
    world_.wait(1s);
    a->consumer().seek(PartitionNumber{0}, Offset{7});
    a->reads = true;
    world_.wait(1s);
    EXPECT_EQ(a->read, offsets(7, 10));
}

TEST_F(ConsumerTest, whoever_does_not_poll_leaves_and_learns_it_late_BM_278_FT_25) {
    ClientOptions options = TestMember::quick();
    options.max_poll_interval = 6s;
    const auto a = member(options);
    world_.wait(2s);
    a->polls = false;
    (void)a->consumer().next_event();  // polls once, and does not wait inside
    world_.wait(9s);
    a->commit(5);
    world_.wait(100ms);
    a->polls = true;
    a->poll();
    EXPECT_EQ(
        a->log,
        (Log{"ASSIGN 0 1", "COMMIT UNKNOWN_MEMBER_ID", "ERROR _MAX_POLL_EXCEEDED", "LOST 0 1"})
    );
    world_.wait(3s);
    EXPECT_EQ(a->log.back(), "ASSIGN 0 1");
}

TEST_F(ConsumerTest, a_second_process_of_a_static_member_fences_the_first_FT_22) {
    ClientOptions options = TestMember::quick();
    options.static_id = "c1";
    const auto first = member(options);
    world_.wait(2s);
    const auto second = member(options);
    world_.wait(2s);
    EXPECT_EQ(first->log, (Log{"ASSIGN 0 1", "FATAL FENCED_INSTANCE_ID"}));  // and no revoke
    EXPECT_EQ(second->log, (Log{"ASSIGN 0 1"}));
}

TEST_F(ConsumerTest, a_zombie_commits_in_vain_and_is_told_at_its_next_poll_FT_10) {
    const auto a = member();
    const auto b = member();
    world_.wait(4s);
    world_.scheduler.freeze(a->process());
    world_.wait(10s);
    EXPECT_EQ(b->log.back(), "ASSIGN 0 1");  // FT-24
    b->commit(9);
    world_.wait(100ms);
    a->log.clear();
    world_.scheduler.thaw(a->process());
    a->commit(3);
    world_.wait(100ms);
    EXPECT_EQ(a->log.at(0), "COMMIT UNKNOWN_MEMBER_ID");
    EXPECT_EQ(a->log.at(1).substr(0, 4), "LOST");
    const Group& group = *world_.cluster.coordinator_of("g").find("g");
    EXPECT_EQ(group.offsets().durable(PartitionNumber{0})->next_to_read, Offset{9});
}

TEST_F(ConsumerTest, close_revokes_once_leaves_and_ends_FT_29) {
    const auto a = member();
    world_.wait(2s);
    a->commit(4);
    a->consumer().close();
    a->consumer().close();
    world_.wait(1s);
    EXPECT_EQ(a->log, (Log{"ASSIGN 0 1", "REVOKE 0 1", "COMMIT NO_ERROR", "CLOSED"}));
    EXPECT_EQ(world_.cluster.coordinator_of("g").find("g")->state(), GroupState::empty);
}

TEST_F(ConsumerTest, a_commit_behind_the_own_parked_join_is_refused_BM_219_FT_14) {
    const auto a = member(Assignor::cooperative_sticky);
    world_.wait(2s);
    const auto b = member(Assignor::cooperative_sticky);
    world_.wait(6s);
    a->log.clear();
    // b owes an answer, so the join phase that c starts stays open, and a waits in its JoinGroup.
    world_.scheduler.freeze(b->process());
    const auto c = member(Assignor::cooperative_sticky);
    world_.wait(2s);
    a->commit(5, 1);
    world_.wait(1s);
    EXPECT_EQ(a->log, Log{});
    world_.scheduler.thaw(b->process());
    world_.wait(2s);
    ASSERT_FALSE(a->log.empty());
    EXPECT_EQ(a->log.at(0), "COMMIT ILLEGAL_GENERATION");
}

TEST_F(ConsumerTest, a_later_library_keeps_its_membership_through_a_refused_commit_BM_219) {
    for (const Library library : {Library::v2_0_2, Library::v2_10}) {
        ClusterFixture world;
        ClientOptions options = TestMember::quick(Assignor::cooperative_sticky);
        options.library = library;
        TestMember a{world, options};
        world.wait(2s);
        TestMember b{world, options};
        world.wait(6s);
        a.log.clear();
        world.scheduler.freeze(b.process());
        TestMember c{world, options};
        world.wait(2s);
        a.commit(5, 1);
        world.scheduler.thaw(b.process());
        world.wait(10s);
        const bool lost = std::ranges::any_of(a.log, [](const std::string& line) {
            return line.starts_with("LOST");
        });
        EXPECT_EQ(lost, library == Library::v2_0_2);
    }
}

TEST_F(ConsumerTest, a_clean_restart_of_the_broker_is_not_noticed_by_the_application_FT_40) {
    const auto a = member();
    world_.wait(2s);
    a->commit(5);
    world_.wait(1s);
    world_.cluster.crash(0);
    a->commit(6);
    world_.wait(1s);
    world_.cluster.restart(0);
    produce(3);
    world_.wait(5s);
    EXPECT_EQ(a->log, (Log{"ASSIGN 0 1", "COMMIT NO_ERROR", "COMMIT NO_ERROR"}));  // deferred
    EXPECT_EQ(a->read, offsets(0, 3));
    const Group& group = *world_.cluster.coordinator_of("g").find("g");
    EXPECT_EQ(group.offsets().durable(PartitionNumber{0})->next_to_read, Offset{6});
}

TEST_F(ConsumerTest, more_partitions_help_only_when_the_leader_notices_BM_112_FT_26) {
    ClientOptions slow = TestMember::quick();
    ClientOptions quick = slow;
    quick.metadata_refresh = 2s;
    const auto leader = member(slow);
    world_.wait(2s);
    const auto follower = member(quick);
    world_.wait(3s);
    leader->log.clear();
    const Log before = {follower->log.back()};
    follower->log.clear();
    world_.cluster.add_partitions(0, 4);
    world_.wait(6s);
    EXPECT_EQ(leader->log, Log{});
    ASSERT_GE(follower->log.size(), 2U);
    EXPECT_EQ(follower->log.back(), before.back());  // the same list
}

TEST_F(ConsumerTest, where_nothing_is_committed_the_reset_policy_decides_FT_34) {
    produce(100);
    world_.cluster.partition(PartitionNumber{0}).log.delete_before(Offset{40});
    ClientOptions options = TestMember::quick();
    options.reset = ResetPolicy::earliest;
    const auto earliest = member(options);
    earliest->starts_at = Offset{10};  // committed, and deleted since
    world_.wait(3s);
    EXPECT_EQ(earliest->read, offsets(40, 100));
    earliest->consumer().close();
    world_.wait(1s);

    options.reset = ResetPolicy::latest;
    const auto latest = member(options);
    latest->starts_at = Offset{10};
    world_.wait(3s);
    produce(2);
    world_.wait(1s);
    EXPECT_EQ(latest->read, offsets(100, 102));
    latest->consumer().close();
    world_.wait(1s);

    options.reset = ResetPolicy::error;
    const auto refuses = member(options);
    refuses->starts_at = Offset{10};
    world_.wait(3s);
    EXPECT_EQ(refuses->log.back(), "ERROR _AUTO_OFFSET_RESET");
    refuses->consumer().seek(PartitionNumber{0}, Offset{50});  // BM-42: does not revive it
    world_.wait(1s);
    EXPECT_EQ(refuses->read, Read{});
}

TEST_F(ConsumerTest, a_leader_that_moves_while_a_fetch_is_lost_is_found_again_BM_61_BM_300) {
    BrokerSpec two;
    two.count = 2;
    ClusterFixture world{two, 1};
    ClientOptions options = TestMember::quick();
    options.metadata_refresh = 2s;
    TestMember a{world, options};
    world.wait(2s);
    // The fetch goes into the cut; metadata, asked of the other broker, has the new leader first.
    world.network.hold(a.node(), world.cluster.broker(0).node(), world.scheduler.now() + 8s);
    a.consumer().break_connections();
    world.cluster.move_leader(PartitionNumber{0}, 1);
    world.cluster.partition(PartitionNumber{0}).log.append({.key = "k"}, world.scheduler.now());
    world.wait(20s);
    EXPECT_EQ(a.read, offsets(0, 1));
}

TEST_F(ConsumerTest, a_truncated_log_that_has_grown_again_is_read_on_in_silence_BM_63) {
    produce(5);
    world_.wait(1s);
    produce(5);
    const auto a = member();
    world_.wait(3s);
    ASSERT_EQ(a->read, offsets(0, 10));
    (void)world_.cluster.partition(PartitionNumber{0}).log.truncate(Offset{5});
    produce(7);  // offsets 5 … 11; what is at 5 … 9 now is never seen
    world_.wait(1s);
    EXPECT_EQ(a->read, offsets(0, 12));
}

}  // namespace
}  // namespace odradek::sim
