#include "simulator/broker/group.h"

#include "simulator/broker/cluster_fixture.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

class GroupTest : public testing::Test {
protected:
    struct Joined {
        int client;
        std::string id;
        std::int32_t generation;
        bool leads;
    };

    static JoinGroupRequest join_request(std::string member_id, std::string instance = {}) {
        return {
            .group = "g",
            .client_id = "test",
            .member_id = std::move(member_id),
            .instance_id = std::move(instance),
            .session_timeout = 10s,
            .rebalance_timeout = 30s,
            .protocols = {{"range", {.topics = {0}}}},
        };
    }

    JoinGroupResponse join_call(int client, JoinGroupRequest request) {
        return world_.ask<JoinGroupResponse>(client, broker_, std::move(request));
    }

    /// A member of a group where nobody else is, stable with both partitions.
    Joined alone() {
        const int client = world_.add_client();
        const auto first = join_call(client, join_request(""));
        EXPECT_EQ(first.error, KafkaError::member_id_required);
        const auto second = join_call(client, join_request(first.member_id));
        EXPECT_EQ(second.error, KafkaError::none);
        EXPECT_EQ(
            sync(client, second, {{second.member_id, {PartitionNumber{0}}}}).error, KafkaError::none
        );
        return {client, second.member_id, second.generation, true};
    }

    SyncGroupResponse sync(
        int client, const JoinGroupResponse& joined, GroupAssignment assignment = {}
    ) {
        return world_.ask<SyncGroupResponse>(
            client,
            broker_,
            SyncGroupRequest{
                .group = "g",
                .generation = joined.generation,
                .member_id = joined.member_id,
                .assignment = std::move(assignment)}
        );
    }

    KafkaError heartbeat(const Joined& member) {
        return world_
            .ask<HeartbeatResponse>(
                member.client,
                broker_,
                HeartbeatRequest{
                    .group = "g", .generation = member.generation, .member_id = member.id}
            )
            .error;
    }

    KafkaError commit(
        int client, std::string member_id, std::int32_t generation, std::int64_t offset = 5
    ) {
        return world_
            .ask<OffsetCommitResponse>(
                client,
                broker_,
                OffsetCommitRequest{
                    .group = "g",
                    .generation = generation,
                    .member_id = std::move(member_id),
                    .offsets = {{PartitionNumber{0}, Offset{offset}, "map"}}}
            )
            .partitions.at(0)
            .error;
    }

    Group& group() { return *world_.cluster.coordinator_of("g").find("g"); }

    ClusterFixture world_;
    const BrokerNumber broker_ = world_.coordinator("g");
};

TEST_F(GroupTest, a_dynamic_member_joins_in_two_steps_BM_76_and_gets_generation_1_BM_71) {
    const Joined member = alone();
    EXPECT_EQ(member.generation, 1);
    EXPECT_EQ(group().state(), GroupState::stable);
}

TEST_F(GroupTest, an_old_member_id_is_unknown_to_an_empty_group_BM_73_BM_74) {
    const int client = world_.add_client();
    EXPECT_EQ(join_call(client, join_request("ghost")).error, KafkaError::unknown_member_id);
}

TEST_F(GroupTest, a_session_timeout_out_of_range_is_refused_BM_75) {
    const int client = world_.add_client();
    JoinGroupRequest request = join_request("");
    request.session_timeout = 5s;
    EXPECT_EQ(join_call(client, request).error, KafkaError::invalid_session_timeout);
}

TEST_F(GroupTest, no_common_assignor_hits_the_newcomer_alone_BM_79_FT_23) {
    const Joined member = alone();
    JoinGroupRequest request = join_request("");
    request.protocols = {{"cooperative-sticky", {.topics = {0}}}};
    const int client = world_.add_client();
    EXPECT_EQ(join_call(client, request).error, KafkaError::inconsistent_group_protocol);
    EXPECT_EQ(heartbeat(member), KafkaError::none);
}

TEST_F(GroupTest, a_follower_with_the_same_metadata_rejoins_for_itself_alone_BM_88) {
    const Joined leader = alone();
    const int client = world_.add_client();
    const auto id = join_call(client, join_request("")).member_id;
    const auto parked = world_.send(client, broker_, join_request(id));
    const auto again = join_call(leader.client, join_request(leader.id));
    world_.wait(10ms);
    ASSERT_TRUE(parked->has_value());
    const auto second = std::get<JoinGroupResponse>(parked->value().value());
    const auto follower_sync = world_.send(
        client,
        broker_,
        SyncGroupRequest{.group = "g", .generation = second.generation, .member_id = id}
    );
    (void)sync(leader.client, again, {{leader.id, {PartitionNumber{0}}}});
    world_.wait(10ms);
    const auto rejoined = join_call(client, join_request(id));
    EXPECT_EQ(rejoined.error, KafkaError::none);
    EXPECT_EQ(rejoined.generation, 2);
    EXPECT_EQ(group().state(), GroupState::stable);
}

TEST_F(GroupTest, others_learn_of_a_newcomer_by_heartbeat_and_may_still_commit_BM_97_BM_220) {
    const Joined member = alone();
    const int client = world_.add_client();
    const auto id = join_call(client, join_request("")).member_id;
    const auto parked = world_.send(client, broker_, join_request(id));
    world_.wait(10ms);
    EXPECT_FALSE(parked->has_value());
    EXPECT_EQ(heartbeat(member), KafkaError::rebalance_in_progress);
    EXPECT_EQ(commit(member.client, member.id, member.generation), KafkaError::none);
}

TEST_F(GroupTest, between_join_and_sync_a_commit_is_refused_BM_207_and_a_heartbeat_is_not_BM_97) {
    const int client = world_.add_client();
    const auto id = join_call(client, join_request("")).member_id;
    const auto joined = join_call(client, join_request(id));
    EXPECT_EQ(commit(client, id, joined.generation), KafkaError::rebalance_in_progress);
    EXPECT_EQ(heartbeat({client, id, joined.generation, true}), KafkaError::none);
}

TEST_F(GroupTest, a_member_that_is_silent_for_its_session_is_gone_BM_100) {
    const Joined member = alone();
    world_.wait(10s + 10ms);
    EXPECT_EQ(group().state(), GroupState::empty);
    EXPECT_EQ(heartbeat(member), KafkaError::unknown_member_id);
}

TEST_F(GroupTest, heartbeats_and_commits_keep_a_member_alive_BM_98_BM_99) {
    const Joined member = alone();
    for (int i = 0; i < 5; ++i) {
        world_.wait(6s);
        const bool even = i % 2 == 0;
        EXPECT_EQ(
            even ? heartbeat(member) : commit(member.client, member.id, member.generation),
            KafkaError::none
        );
    }
}

TEST_F(GroupTest, whoever_does_not_rejoin_in_time_is_removed_BM_83_BM_84) {
    const Joined sleeper = alone();
    const int client = world_.add_client();
    const auto id = join_call(client, join_request("")).member_id;
    const auto parked = world_.send(client, broker_, join_request(id));
    for (int i = 0; i < 5; ++i) {  // alive, but its application does not rejoin
        world_.wait(5s);
        EXPECT_EQ(heartbeat(sleeper), KafkaError::rebalance_in_progress);
    }
    world_.wait(6s);
    ASSERT_TRUE(parked->has_value());
    EXPECT_EQ(std::get<JoinGroupResponse>(parked->value().value()).leader_id, id);
    EXPECT_EQ(heartbeat(sleeper), KafkaError::unknown_member_id);
}

TEST_F(GroupTest, leaving_empties_the_group_and_raises_the_generation_BM_72_BM_101) {
    const Joined member = alone();
    const LeaveGroupRequest leave{.group = "g", .member_id = member.id};
    EXPECT_EQ(
        world_.ask<LeaveGroupResponse>(member.client, broker_, leave).error, KafkaError::none
    );
    EXPECT_EQ(group().state(), GroupState::empty);
    EXPECT_EQ(group().generation(), 2);
    EXPECT_EQ(
        world_.ask<LeaveGroupResponse>(member.client, broker_, leave).error,
        KafkaError::unknown_member_id
    );
}

TEST_F(GroupTest, a_static_member_that_comes_back_takes_over_without_a_rebalance_BM_104_BM_105) {
    const int first = world_.add_client();
    const auto joined = join_call(first, join_request("", "c1"));
    (void)sync(first, joined, {{joined.member_id, {PartitionNumber{1}}}});
    const int second = world_.add_client();
    const auto again = join_call(second, join_request("", "c1"));
    EXPECT_EQ(again.generation, joined.generation);
    EXPECT_NE(again.member_id, joined.member_id);
    EXPECT_EQ(sync(second, again).assigned, std::vector{PartitionNumber{1}});
    const auto fenced = world_.ask<HeartbeatResponse>(
        first,
        broker_,
        HeartbeatRequest{
            .group = "g",
            .generation = joined.generation,
            .member_id = joined.member_id,
            .instance_id = "c1"}
    );
    EXPECT_EQ(fenced.error, KafkaError::fenced_instance_id);
}

TEST_F(GroupTest, commits_are_checked_in_the_order_of_BM_202_to_BM_206_FT_6) {
    const int other = world_.add_client();
    EXPECT_EQ(commit(other, "", 3), KafkaError::illegal_generation);    // no such group: BM-202
    EXPECT_EQ(commit(other, "", -1), KafkaError::none);                 // a simple group
    EXPECT_EQ(commit(other, "who", -1), KafkaError::none);              // Empty: BM-204
    EXPECT_EQ(commit(other, "who", 1), KafkaError::unknown_member_id);  // Empty: BM-205
    const Joined member = alone();
    EXPECT_EQ(commit(other, "", -1), KafkaError::unknown_member_id);  // BM-206, FT-7
    EXPECT_EQ(commit(other, "who", 1), KafkaError::unknown_member_id);
    EXPECT_EQ(
        commit(member.client, member.id, member.generation + 1), KafkaError::illegal_generation
    );
    EXPECT_EQ(commit(member.client, member.id, member.generation, 0), KafkaError::none);  // BM-208
}

TEST_F(GroupTest, whoever_assigns_itself_may_commit_when_the_group_is_empty_again_FT_7_FT_8) {
    const Joined member = alone();
    const int other = world_.add_client();
    EXPECT_EQ(commit(other, "", -1, 9), KafkaError::unknown_member_id);
    const LeaveGroupRequest leave{.group = "g", .member_id = member.id};
    (void)world_.ask<LeaveGroupResponse>(member.client, broker_, leave);
    EXPECT_EQ(commit(other, "", -1, 9), KafkaError::none);
    EXPECT_EQ(group().offsets().durable(PartitionNumber{0})->next_to_read, Offset{9});
}

TEST_F(GroupTest, the_generation_of_an_unfinished_rebalance_is_given_out_again_BM_12) {
    BrokerSpec three;
    three.count = 3;
    ClusterFixture world{three};
    const BrokerNumber first = world.coordinator("g");
    const int client = world.add_client();
    const auto id = world.ask<JoinGroupResponse>(client, first, join_request("")).member_id;
    const auto joined = world.ask<JoinGroupResponse>(client, first, join_request(id));
    EXPECT_EQ(joined.generation, 1);  // and never synced
    const BrokerNumber second = (first + 1) % 3;
    world.cluster.coordinator_of("g").move_to(second);
    world.wait(1s);
    const int other = world.add_client();
    const auto other_id = world.ask<JoinGroupResponse>(other, second, join_request("")).member_id;
    EXPECT_EQ(world.ask<JoinGroupResponse>(other, second, join_request(other_id)).generation, 1);
    const auto lost = world.ask<HeartbeatResponse>(
        client, second, HeartbeatRequest{.group = "g", .generation = 1, .member_id = id}
    );
    EXPECT_EQ(lost.error, KafkaError::unknown_member_id);
}

}  // namespace
}  // namespace odradek::sim
