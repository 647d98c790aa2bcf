#include "engine/core/shards/shards.h"
#include "engine/core/shards/test_gate.h"

#include <deque>
#include <string>

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

constexpr Instant at(Duration since_start) {
    return Instant{} + since_start;
}

using Offsets = std::vector<std::int64_t>;

class ShardsBatches : public testing::Test {
protected:
    explicit ShardsBatches(Ordering ordering = Ordering::key)
        : shards(ordering, NullKeys::unordered, 1) {}

    void add(std::int64_t offset, const std::string& key, std::uint32_t partition = 0) {
        const std::string& bytes = keys_.emplace_back(key);
        shards.set_time(now);
        shards.add(
            {.offset = Offset{offset},
             .handle = RecordHandle{static_cast<std::uint64_t>(offset)},
             .key = std::as_bytes(std::span{bytes}),
             .bytes = 1},
            {PartitionIndex{partition}, Epoch{1}},
            now
        );
    }

    Offsets take(std::uint32_t size_max, Duration latency = {}) {
        work.clear();
        shards.set_time(now);
        shards.take_batch({.size_max = size_max, .latency = latency}, gate, work);
        shards.audit();
        Offsets offsets;
        for (const WorkItem& item : work) {
            EXPECT_TRUE(item.is_batch);
            EXPECT_EQ(item.continues_run, !offsets.empty());
            offsets.push_back(item.offset.value());
        }
        return offsets;
    }

    [[nodiscard]] bool is_due(std::uint32_t size_max, Duration latency) const {
        return shards.turns() > 0 &&
               shards.batch_due({.size_max = size_max, .latency = latency}) <= now;
    }

    void settle(const std::vector<WorkItem>& items) {
        std::vector<RecordHandle> released;
        for (const WorkItem& item : items) {
            shards.settle(shards.find(item.work), released);
        }
        shards.audit();
    }

    Shards shards;
    TestGate gate;
    Instant now = at(0s);
    std::vector<WorkItem> work;

private:
    std::deque<std::string> keys_;
};

class UnorderedBatches : public ShardsBatches {
protected:
    UnorderedBatches() : ShardsBatches(Ordering::unordered) {}
};

}  // namespace

TEST_F(ShardsBatches, a_batch_holds_records_of_several_lanes_in_offset_order) {
    for (const auto& [offset, key] : {std::pair{0, "a"}, {1, "b"}, {2, "a"}, {3, "c"}, {4, "b"}}) {
        add(offset, key);
    }
    EXPECT_EQ(take(10), (Offsets{0, 1, 2, 3, 4}));
    EXPECT_EQ(shards.runs_out(), 1U) << "one call of one handler";
    settle(work);
    EXPECT_EQ(shards.runs_out(), 0U);
}

TEST_F(ShardsBatches, a_lane_is_busy_until_its_batch_has_ended) {
    add(0, "a");
    add(1, "a");
    add(2, "a");
    EXPECT_EQ(take(2), (Offsets{0, 1}));
    EXPECT_FALSE(shards.has_ready());
    const std::vector<WorkItem> batch = work;
    settle({batch[0]});
    EXPECT_FALSE(shards.has_ready()) << "one record of its batch still runs";
    settle({batch[1]});
    EXPECT_EQ(take(2), (Offsets{2}));
}

TEST_F(ShardsBatches, a_batch_is_of_one_partition_and_partitions_take_turns) {
    add(0, "a", 0);
    add(10, "a", 1);
    add(1, "b", 0);
    add(11, "b", 1);
    EXPECT_EQ(take(10), (Offsets{0, 1}));
    EXPECT_EQ(take(10), (Offsets{10, 11}));
}

TEST_F(ShardsBatches, a_batch_waits_to_fill_no_longer_than_its_latency) {
    add(0, "a");
    now = at(3ms);
    add(1, "b");
    EXPECT_TRUE(is_due(2, 10ms)) << "it is full";
    EXPECT_FALSE(is_due(3, 10ms));
    now = at(10ms);
    EXPECT_TRUE(is_due(3, 10ms)) << "its first record has waited";
}

TEST_F(ShardsBatches, records_behind_a_busy_lane_do_not_fill_a_batch) {
    add(0, "a");
    EXPECT_EQ(take(3), (Offsets{0}));
    add(1, "a");
    add(2, "a");
    add(3, "b");
    EXPECT_FALSE(is_due(3, 10ms));
    now = at(10ms);
    EXPECT_EQ(take(3, 10ms), (Offsets{3}));
}

TEST_F(ShardsBatches, the_wait_of_a_lane_counts_from_when_it_could_run) {
    add(0, "a");
    add(1, "a");
    EXPECT_EQ(take(1), (Offsets{0}));
    now = at(20ms);
    shards.set_time(now);
    settle(work);
    EXPECT_FALSE(is_due(2, 10ms));
    now = at(30ms);
    EXPECT_TRUE(is_due(2, 10ms));
}

TEST_F(UnorderedBatches, unordered_records_fill_batches_side_by_side) {
    for (std::int64_t offset = 0; offset < 5; ++offset) {
        add(offset, "a");
    }
    EXPECT_EQ(take(2), (Offsets{0, 1}));
    EXPECT_EQ(take(2), (Offsets{2, 3}));
    EXPECT_FALSE(is_due(2, 10ms));
    now = at(10ms);
    EXPECT_TRUE(is_due(2, 10ms)) << "the last one was there from the start";
    EXPECT_EQ(shards.runs_out(), 2U);
}

TEST_F(ShardsBatches, what_failed_comes_back_in_a_smaller_batch) {
    for (std::int64_t offset = 0; offset < 4; ++offset) {
        add(offset, "a");
    }
    EXPECT_EQ(take(4), (Offsets{0, 1, 2, 3}));
    for (const WorkItem& item : std::vector{work}) {
        shards.put_back(shards.find(item.work), Shards::Attempt::counts);
    }
    EXPECT_EQ(take(4), (Offsets{0, 1}));
    settle(work);
    EXPECT_EQ(take(4), (Offsets{2, 3}));
    settle(work);
    EXPECT_FALSE(shards.has_ready());
}

TEST_F(ShardsBatches, a_record_that_may_not_start_ends_the_part_of_its_lane) {
    add(0, "a");
    add(1, "b");
    add(2, "a");
    gate.limit = Offset{1};
    EXPECT_EQ(take(10), (Offsets{0}));
    EXPECT_TRUE(shards.has_blocked(PartitionIndex{0}));
    gate.limit = Offset{3};
    settle(work);
    shards.unblock(PartitionIndex{0}, 10);
    EXPECT_EQ(take(10), (Offsets{1, 2}));
}

TEST_F(ShardsBatches, only_a_lane_with_others_in_the_batch_is_stopped) {
    add(0, "a");
    add(1, "b");
    add(2, "b");
    EXPECT_EQ(take(10), (Offsets{0, 1, 2}));
    const std::vector<WorkItem> batch = work;
    for (const WorkItem& item : batch) {
        shards.stop_lane(shards.find(item.work));
    }
    EXPECT_FALSE(shards.is_lane_stopped(shards.find(batch[0].work)));
    EXPECT_TRUE(shards.is_lane_stopped(shards.find(batch[2].work)));
    settle(batch);
    add(3, "b");
    EXPECT_EQ(take(10), (Offsets{3}));
    EXPECT_FALSE(shards.is_lane_stopped(shards.find(work[0].work))) << "it ended with its batch";
}

}  // namespace odradek
