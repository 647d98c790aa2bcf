#include "simulator/client/metadata.h"

#include "simulator/broker/cluster_fixture.h"

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

class MetadataTest : public testing::Test {
protected:
    MetadataTest()
        : context_{
              .cluster = world_.cluster,
              .tracer = world_.tracer,
              .fate_of = world_.fate,
              .process = world_.scheduler.add_process(),
              .group = "g",
              .topics = {0}} {
        context_.node = world_.network.add_node(context_.process);
        context_.options.metadata_refresh = 10s;
    }

    ClusterFixture world_;
    ClientContext context_;
};

TEST_F(MetadataTest, nothing_is_known_before_the_first_answer) {
    Metadata metadata{context_};
    bool answered = false;
    metadata.refresh([&answered] { answered = true; });
    EXPECT_EQ(metadata.leader_of(PartitionNumber{1}), no_broker);
    world_.wait(10ms);
    EXPECT_TRUE(answered);
    EXPECT_EQ(metadata.leader_of(PartitionNumber{1}), 0);
}

TEST_F(MetadataTest, new_partitions_are_seen_at_the_next_refresh_BM_111) {
    Metadata metadata{context_};
    metadata.start();
    metadata.refresh({});
    world_.wait(10ms);
    const std::uint64_t before = metadata.partitions_version();
    world_.cluster.add_partitions(0, 3);
    world_.wait(9s);
    EXPECT_EQ(metadata.partitions_version(), before);
    world_.wait(2s);
    EXPECT_EQ(metadata.partitions_version(), before + 1);
    EXPECT_EQ(metadata.partitions().size(), 3U);
}

TEST_F(MetadataTest, it_asks_until_somebody_answers) {
    Metadata metadata{context_};
    world_.cluster.crash(0);
    metadata.refresh({});
    world_.wait(5s);
    EXPECT_TRUE(metadata.partitions().empty());
    world_.cluster.restart(0);
    world_.wait(1s);
    EXPECT_EQ(metadata.partitions().size(), 2U);
}

}  // namespace
}  // namespace odradek::sim
