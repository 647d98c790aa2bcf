#include "simulator/broker/broker.h"

#include "simulator/broker/cluster_fixture.h"

#include <vector>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

class BrokerTest : public testing::Test {
protected:
    void append(int records, std::uint32_t partition = 0) {
        Partition& target = world_.cluster.partition(PartitionNumber{partition});
        for (int i = 0; i < records; ++i) {
            target.log.append({.key = "k", .value_bytes = 100}, world_.scheduler.now());
        }
        world_.cluster.wake_fetches(target);
    }
    static FetchRequest fetch_from(std::int64_t offset) {
        return {
            .partitions = {{PartitionNumber{0}, Offset{offset}, 3}},
            .wait_max = 500ms,
            .partition_bytes = 1U << 20U,
            .bytes = 1U << 20U};
    }
    FetchResponse fetch(FetchRequest request) {
        return world_.ask<FetchResponse>(client_, 0, std::move(request));
    }

    ClusterFixture world_;
    const int client_ = world_.add_client();
};

TEST_F(BrokerTest, an_offset_below_the_start_or_beyond_the_end_is_out_of_range_BM_20_BM_21) {
    append(10);
    world_.cluster.partition(PartitionNumber{0}).log.delete_before(Offset{4});
    EXPECT_EQ(fetch(fetch_from(3)).partitions[0].error, KafkaError::offset_out_of_range);
    EXPECT_EQ(fetch(fetch_from(11)).partitions[0].error, KafkaError::offset_out_of_range);
    EXPECT_EQ(fetch(fetch_from(4)).partitions[0].error, KafkaError::none);
}

TEST_F(BrokerTest, a_fetch_at_the_end_waits_for_its_time_BM_22) {
    const Instant before = world_.scheduler.now();
    const FetchResponse answer = fetch(fetch_from(0));
    EXPECT_TRUE(answer.partitions[0].batches.empty());
    EXPECT_GE(world_.scheduler.now() - before, 500ms);
}

TEST_F(BrokerTest, a_waiting_fetch_gets_all_that_is_appended_in_one_instant) {
    const auto waiting = world_.send(client_, 0, fetch_from(0));
    world_.wait(100ms);
    append(3);
    append(3);
    world_.wait(5ms);
    const auto& answer = std::get<FetchResponse>(waiting->value().value());
    ASSERT_EQ(answer.partitions[0].batches.size(), 1U);
    EXPECT_EQ(answer.partitions[0].batches[0]->records.size(), 6U);
    EXPECT_EQ(answer.partitions[0].position.version, 3U);
}

TEST_F(BrokerTest, the_first_partition_may_exceed_the_limit_and_later_ones_get_nothing_BM_24) {
    append(10, 0);
    append(10, 1);
    FetchRequest request = fetch_from(0);
    request.partitions.push_back({PartitionNumber{1}, Offset{0}, 0});
    request.bytes = 10;
    const FetchResponse answer = fetch(std::move(request));
    EXPECT_EQ(answer.partitions[0].batches.size(), 1U);
    EXPECT_TRUE(answer.partitions[1].batches.empty());
}

TEST_F(BrokerTest, a_resent_output_is_stored_once_BM_52) {
    const ProduceRequest request{
        .producer_id = 4, .sequence = 1, .topic = "out", .offset = Offset{7}};
    for (int i = 0; i < 2; ++i)
        (void)world_.ask<ProduceResponse>(client_, 0, request);
    ASSERT_EQ(world_.sink.events.size(), 1U);
    EXPECT_EQ(world_.sink.events[0].kind, TraceEvent::Kind::acknowledged);
}

TEST_F(BrokerTest, offsets_are_listed_from_the_start_and_from_the_end) {
    append(10);
    world_.cluster.partition(PartitionNumber{0}).log.delete_before(Offset{4});
    const ListOffsetsRequest earliest{PartitionNumber{0}, false};
    const ListOffsetsRequest latest{PartitionNumber{0}, true};
    EXPECT_EQ(world_.ask<ListOffsetsResponse>(client_, 0, earliest).offset, Offset{4});
    EXPECT_EQ(world_.ask<ListOffsetsResponse>(client_, 0, latest).offset, Offset{10});
}

}  // namespace
}  // namespace odradek::sim
