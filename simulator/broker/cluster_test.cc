#include "simulator/broker/cluster.h"

#include "simulator/broker/cluster_fixture.h"

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

BrokerSpec three_brokers() {
    BrokerSpec spec;
    spec.count = 3;
    return spec;
}

TEST(Cluster, leaders_are_spread_over_the_brokers) {
    ClusterFixture world{three_brokers(), 6};
    for (std::uint32_t i = 0; i < 6; ++i) {
        EXPECT_EQ(world.cluster.partition(PartitionNumber{i}).leader, static_cast<int>(i % 3));
    }
}

TEST(Cluster, a_dead_leader_is_replaced_after_the_election) {
    ClusterFixture world{three_brokers(), 3};
    world.cluster.crash(1);
    EXPECT_EQ(world.cluster.partition(PartitionNumber{1}).leader, no_broker);
    world.wait(200ms);
    EXPECT_EQ(world.cluster.partition(PartitionNumber{1}).leader, 2);
}

TEST(Cluster, without_another_broker_a_partition_waits_for_its_own) {
    ClusterFixture world;
    world.cluster.crash(0);
    world.wait(10s);
    EXPECT_EQ(world.cluster.partition(PartitionNumber{0}).leader, no_broker);
    world.cluster.restart(0);
    EXPECT_EQ(world.cluster.partition(PartitionNumber{0}).leader, 0);
    EXPECT_EQ(world.coordinator("g"), 0);
}

TEST(Cluster, the_old_leader_answers_that_it_is_none_BM_60) {
    ClusterFixture world{three_brokers(), 3};
    const int client = world.add_client();
    FetchRequest request{
        .partitions = {{PartitionNumber{0}, Offset{0}, 0}},
        .wait_max = 500ms,
        .partition_bytes = 1000,
        .bytes = 1000};
    const auto waiting = world.send(client, 0, request);
    world.wait(100ms);
    world.cluster.move_leader(PartitionNumber{0}, 2);
    world.wait(5ms);
    const auto& answer = std::get<FetchResponse>(waiting->value().value());
    EXPECT_EQ(answer.partitions[0].error, KafkaError::not_leader_for_partition);
}

TEST(Cluster, new_partitions_follow_the_old_ones) {
    ClusterFixture world{three_brokers(), 2};
    world.cluster.add_partitions(0, 4);
    EXPECT_EQ(world.cluster.partition_count(0), 4);
    const auto metadata = world.cluster.metadata({0});
    ASSERT_EQ(metadata.partitions.size(), 4U);
    EXPECT_EQ(metadata.partitions[3].id, PartitionId{3});
}

}  // namespace
}  // namespace odradek::sim
