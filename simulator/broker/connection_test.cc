#include "simulator/broker/connection.h"

#include "simulator/broker/cluster_fixture.h"

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

OffsetCommitRequest commit_of(std::int64_t offset) {
    return {.group = "g", .offsets = {{PartitionNumber{0}, Offset{offset}, ""}}};
}

FetchRequest held_fetch() {
    return {
        .partitions = {{PartitionNumber{0}, Offset{0}, 0}},
        .wait_max = 500ms,
        .partition_bytes = 1000,
        .bytes = 1000};
}

TEST(Connection, the_broker_works_on_one_request_of_a_connection_at_a_time_BM_1) {
    ClusterFixture world;
    const int client = world.add_client();
    const int other = world.add_client();
    const auto parked = world.send(client, 0, held_fetch());
    const auto behind = world.send(client, 0, MetadataRequest{{0}});
    const auto elsewhere = world.send(other, 0, MetadataRequest{{0}});
    world.wait(400ms);
    EXPECT_FALSE(parked->has_value());
    EXPECT_FALSE(behind->has_value());
    EXPECT_TRUE(elsewhere->has_value());
    world.wait(200ms);
    EXPECT_TRUE(parked->has_value());
    EXPECT_TRUE(behind->has_value());
}

class ConnectionFaultTest : public testing::Test {
protected:
    KafkaError commit_with(RequestFate fate) {
        const int client = world_.add_client();
        world_.fate = [fate](NodeId, const Request&) { return fate; };
        const auto commit = world_.send(client, 0, commit_of(5));
        world_.wait(61s);
        world_.fate = nullptr;
        if (!commit->has_value()) return KafkaError::client_state;
        if (!commit->value().has_value()) return commit->value().error();
        return std::get<OffsetCommitResponse>(commit->value().value()).partitions.at(0).error;
    }

    bool is_stored() {
        const Group* const group = world_.cluster.coordinator_of("g").find("g");
        return group != nullptr && group->offsets().durable(PartitionNumber{0}).has_value();
    }

    ClusterFixture world_;
};

TEST_F(ConnectionFaultTest, a_commit_whose_answer_is_lost_is_stored_BM_321) {
    EXPECT_EQ(commit_with({.kind = RequestFate::Kind::break_after}), KafkaError::client_transport);
    EXPECT_TRUE(is_stored());
}

TEST_F(ConnectionFaultTest, a_commit_that_never_arrives_is_not_and_looks_the_same_BM_323) {
    EXPECT_EQ(commit_with({.kind = RequestFate::Kind::break_before}), KafkaError::client_transport);
    EXPECT_FALSE(is_stored());
}

TEST_F(ConnectionFaultTest, an_answer_that_never_comes_times_out_after_a_minute_BM_322) {
    EXPECT_EQ(
        commit_with({.kind = RequestFate::Kind::swallow_answer}), KafkaError::client_timed_out
    );
    EXPECT_TRUE(is_stored());
}

TEST_F(ConnectionFaultTest, a_delayed_answer_delays_those_behind_it_BM_320) {
    const int client = world_.add_client();
    world_.fate = [](NodeId, const Request& request) {
        RequestFate fate;
        if (std::holds_alternative<OffsetCommitRequest>(request)) fate.answer_delay = 3s;
        return fate;
    };
    const auto commit = world_.send(client, 0, commit_of(5));
    const auto heartbeat = world_.send(client, 0, HeartbeatRequest{.group = "g"});
    world_.wait(2900ms);
    EXPECT_FALSE(heartbeat->has_value());
    world_.wait(200ms);
    EXPECT_TRUE(commit->has_value());
    EXPECT_TRUE(heartbeat->has_value());
}

TEST_F(ConnectionFaultTest, what_was_under_way_arrives_after_the_client_has_given_up_BM_325) {
    const int client = world_.add_client();
    world_.network.hold(
        world_.node_of_client.back(), world_.cluster.broker(0).node(), Instant{100s}
    );
    const auto commit = world_.send(client, 0, commit_of(5));
    world_.wait(61s);
    EXPECT_EQ(commit->value().error(), KafkaError::client_timed_out);
    EXPECT_FALSE(is_stored());
    world_.wait(60s);
    EXPECT_TRUE(is_stored());
}

TEST_F(ConnectionFaultTest, a_dead_broker_refuses_and_a_crash_breaks_what_is_open) {
    const int client = world_.add_client();
    const auto parked = world_.send(client, 0, held_fetch());
    world_.wait(100ms);
    world_.cluster.crash(0);
    world_.wait(10ms);
    EXPECT_EQ(parked->value().error(), KafkaError::client_transport);
    const auto refused = world_.send(client, 0, MetadataRequest{{0}});
    world_.wait(10ms);
    EXPECT_EQ(refused->value().error(), KafkaError::client_transport);
}

}  // namespace
}  // namespace odradek::sim
