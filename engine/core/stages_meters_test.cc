#include "engine/core/test_world.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

}  // namespace

TEST(PC29_Meters, tell_the_state_of_each_partition) {
    World world{EngineOptions{.concurrency_max = 2, .run_max = 1}};
    world.assign(3, Offset{10});
    world.poll(10, {"a", "b", "a", "c", "c"});
    world.finish(11);
    const Meters meters = world.engine_.meters(world.now);
    EXPECT_EQ(meters.state, "running");
    ASSERT_EQ(meters.partitions.size(), 1U);
    const PartitionMeters& partition = meters.partitions[0];
    EXPECT_EQ(partition.index, PartitionIndex{0});
    EXPECT_EQ(partition.epoch, Epoch{3});
    EXPECT_EQ(partition.highest_seen, Offset{14});
    EXPECT_EQ(partition.highest_completed, Offset{11});
    EXPECT_EQ(partition.highest_sequential, Offset{9});
    EXPECT_EQ(partition.last_committed, Offset{10});
    EXPECT_EQ(partition.incomplete, 4U);
    EXPECT_EQ(partition.in_flight, 2U) << "10 and 13";
    EXPECT_EQ(partition.waiting, 2U) << "12 and 14";
    EXPECT_EQ(meters.incomplete, 4U);
    EXPECT_EQ(meters.in_flight, 2U);
    EXPECT_EQ(meters.shards, 2U) << "a and c";
    EXPECT_EQ(meters.shard_records_max, 2U);
    EXPECT_EQ(meters.buffered_bytes, 40U);
    ASSERT_TRUE(partition.blocking.has_value());
    EXPECT_EQ(partition.blocking->offset, Offset{10});
    EXPECT_EQ(partition.blocking->state, "running");
}

TEST(PC29_Meters, count_outcomes_commits_and_what_the_listener_was_told) {
    EngineOptions options;
    options.retry = {.delay = 10ms, .attempts_max = 2, .then = AfterLastAttempt::skip};
    World world{options};
    world.assign(1, Offset{0});
    world.poll(0, {"a", "b", "c", "d"});
    world.finish(1, WorkResult::retry);
    EXPECT_EQ(world.engine_.meters(world.now).retries_waiting, 1U);
    world.finish(2, WorkResult::skip);
    world.finish(3, WorkResult::fail);
    world.wait(5s);
    world.acknowledge_commit();
    world.finish(1);
    world.finish(0);
    world.wait(5s);
    world.acknowledge_commit(Error{Errc::commit_unknown, "no answer", ""});
    const Meters meters = world.engine_.meters(world.now);
    EXPECT_EQ(meters.polled, 4U);
    EXPECT_EQ(meters.done, 2U);
    EXPECT_EQ(meters.retried, 1U);
    EXPECT_EQ(meters.skipped, 1U);
    EXPECT_EQ(meters.failed, 1U);
    EXPECT_EQ(meters.handler.count, 5U);
    EXPECT_EQ(meters.handler.total, 5ms);
    EXPECT_EQ(meters.commits_sent, 2U);
    EXPECT_EQ(meters.commits_acknowledged, 1U);
    EXPECT_EQ(meters.commits_failed, 1U);
    EXPECT_EQ(meters.noticed("record_failed"), 2U);
    EXPECT_EQ(meters.noticed("commit_failed"), 1U);
    EXPECT_EQ(meters.partitions_assigned, 1U);
    ASSERT_EQ(meters.encodings.size(), 1U) << "the first commit had a map, the second had none";
    EXPECT_EQ(meters.encodings.begin()->second.maps, 1U);
    EXPECT_EQ(meters.encodings.begin()->second.offsets, 4U);
    EXPECT_GT(meters.partitions[0].metadata_units, 0U) << "of the first one, as the broker has it";
}

TEST(PC29_Meters, tell_the_load_factor_of_a_self_tuning_buffer) {
    EngineOptions options{.concurrency_max = 3};
    EXPECT_EQ(World{options}.engine_.meters(at(0s)).load_factor, 0.0);
    EXPECT_EQ(World{options}.engine_.read_budget(), 20'000U);
    options.buffer.size = BufferSize::self_tuning;
    World world{options};
    EXPECT_EQ(world.engine_.meters(at(0s)).load_factor, 2.0);
    EXPECT_EQ(world.engine_.meters(at(0s)).buffer_records_max, 6U);
    EXPECT_EQ(world.engine_.read_budget(), 6U);
}

}  // namespace odradek
