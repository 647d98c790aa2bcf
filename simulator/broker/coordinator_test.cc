#include "simulator/broker/coordinator.h"

#include "simulator/broker/cluster_fixture.h"

#include <algorithm>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

OffsetCommitRequest commit_of(std::int64_t offset, std::string group = "g") {
    return {.group = std::move(group), .offsets = {{PartitionNumber{0}, Offset{offset}, "map"}}};
}

OffsetFetchRequest fetch_of(std::string group = "g") {
    return {.group = std::move(group), .partitions = {PartitionNumber{0}}};
}

TEST(Coordinator, a_group_hashes_as_javas_strings_do_BM_4) {
    // Computed by hand: "g" is 103; "group" is 98629247.
    EXPECT_EQ(Coordinator::partition_of("g"), 103 % 50);
    EXPECT_EQ(Coordinator::partition_of("group"), 98'629'247 % 50);
    EXPECT_EQ(Coordinator::partition_of(""), 0);
}

TEST(Coordinator, a_lone_commit_waits_for_its_batch_BM_5) {
    ClusterFixture world;
    const int client = world.add_client();
    const Instant before = world.scheduler.now();
    (void)world.ask<OffsetCommitResponse>(client, 0, commit_of(5));
    EXPECT_GE(world.scheduler.now() - before, 5ms);
    EXPECT_LT(world.scheduler.now() - before, 8ms);
}

TEST(Coordinator, what_nobody_committed_is_no_error_BM_234) {
    ClusterFixture world;
    const auto answer = world.ask<OffsetFetchResponse>(world.add_client(), 0, fetch_of());
    EXPECT_EQ(answer.error, KafkaError::none);
    EXPECT_EQ(answer.offsets.at(0).next_to_read, no_offset);
    EXPECT_EQ(answer.offsets.at(0).metadata, "");
}

TEST(Coordinator, a_read_waits_for_the_writes_before_it_BM_6) {
    ClusterFixture world;
    const int writer = world.add_client();
    const int reader = world.add_client();
    const auto commit = world.send(writer, 0, commit_of(5));
    world.wait(1ms);
    const auto answer = world.ask<OffsetFetchResponse>(reader, 0, fetch_of());
    EXPECT_EQ(answer.offsets.at(0).next_to_read, Offset{5});
    EXPECT_EQ(answer.offsets.at(0).metadata, "map");
}

TEST(Coordinator, a_stored_commit_is_in_the_trace_with_its_map) {
    ClusterFixture world;
    (void)world.ask<OffsetCommitResponse>(world.add_client(), 0, commit_of(5));
    const auto committed =
        std::ranges::find(world.sink.events, TraceEvent::Kind::committed, &TraceEvent::kind);
    ASSERT_NE(committed, world.sink.events.end());
    EXPECT_EQ(committed->offset, Offset{5});
    EXPECT_EQ(committed->detail, "map");
}

TEST(Coordinator, another_broker_is_not_the_coordinator) {
    BrokerSpec spec;
    spec.count = 2;
    ClusterFixture world{spec};
    const BrokerNumber other = 1 - world.coordinator("g");
    const auto answer = world.ask<OffsetCommitResponse>(world.add_client(), other, commit_of(5));
    EXPECT_EQ(answer.partitions.at(0).error, KafkaError::not_coordinator);
}

TEST(Coordinator, while_it_loads_all_wait_but_heartbeats_BM_10) {
    BrokerSpec spec;
    spec.count = 2;
    spec.coordinator_load_time = 1s;
    ClusterFixture world{spec};
    const BrokerNumber other = 1 - world.coordinator("g");
    const int client = world.add_client();
    world.cluster.coordinator_of("g").move_to(other);
    const auto commit = world.ask<OffsetCommitResponse>(client, other, commit_of(5));
    EXPECT_EQ(commit.partitions.at(0).error, KafkaError::coordinator_load_in_progress);
    const HeartbeatRequest ghost{.group = "g", .generation = 9, .member_id = "ghost"};
    EXPECT_EQ(world.ask<HeartbeatResponse>(client, other, ghost).error, KafkaError::none);
    world.wait(1s);
    EXPECT_EQ(
        world.ask<HeartbeatResponse>(client, other, ghost).error, KafkaError::unknown_member_id
    );
}

TEST(Coordinator, an_unanswered_commit_may_or_may_not_be_stored_when_it_moves_BM_7) {
    BrokerSpec spec;
    spec.count = 2;
    int stored = 0;
    constexpr int runs = 20;
    ClusterFixture world{spec};
    const int client = world.add_client();
    for (int i = 0; i < runs; ++i) {
        const std::string group = "group-" + std::to_string(i);
        const BrokerNumber first = world.coordinator(group);
        const auto commit = world.send(client, first, commit_of(5, group));
        world.wait(2ms);  // accepted, and waits for its batch
        world.cluster.coordinator_of(group).move_to(1 - first);
        world.wait(1s);
        const auto& answer = std::get<OffsetCommitResponse>(commit->value().value());
        EXPECT_EQ(answer.partitions.at(0).error, KafkaError::not_coordinator);
        const auto fetched = world.ask<OffsetFetchResponse>(client, 1 - first, fetch_of(group));
        stored += fetched.offsets.at(0).next_to_read == Offset{5} ? 1 : 0;
    }
    EXPECT_GT(stored, 0);
    EXPECT_LT(stored, runs);
}

}  // namespace
}  // namespace odradek::sim
