#include "engine/core/intake/back_pressure.h"

#include "engine/core/shards/test_gate.h"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

TestGate gate;  // open

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant at(Duration since_start) {
    return Instant{} + since_start;
}

/// Three partitions that are read, with limits small enough to count by hand.
class Intake {
public:
    explicit Intake(BufferOptions options) : pressure(EngineOptions{.buffer = options}) {
        for (std::uint32_t partition = 0; partition < 3; ++partition) {
            assignment.assign({PartitionIndex{partition}, Epoch{1}});
            assignment.find(PartitionIndex{partition})->phase = OwnedPartition::Phase::reading;
        }
    }

    void add(std::uint32_t partition, int count, std::uint32_t bytes = 10) {
        for (int record = 0; record < count; ++record) {
            ++offset_;
            shards.add(
                {.offset = Offset{offset_}, .handle = {}, .key = {}, .bytes = bytes},
                {PartitionIndex{partition}, Epoch{1}},
                at(0s)
            );
        }
    }

    /// Hands out and settles this many; partitions take turns.
    void work_off(int count) {
        std::vector<RecordHandle> released;
        for (int record = 0; record < count; ++record) {
            std::vector<WorkItem> work;
            ASSERT_TRUE(shards.take_run(1, gate, work));
            shards.settle(shards.find(work[0].work), released);
        }
    }

    void adjust(Instant now) {
        Effects effects;
        pressure.adjust(assignment, shards, now, effects);
        paused.clear();
        resumed.clear();
        for (const Effect& effect : effects.others) {
            if (const auto* pause = std::get_if<PausePartitions>(&effect))
                paused = pause->partitions;
            if (const auto* resume = std::get_if<ResumePartitions>(&effect)) {
                resumed = resume->partitions;
            }
        }
    }

    Assignment assignment;
    Shards shards{Ordering::unordered, NullKeys::one_lane, 1};
    BackPressure pressure;
    std::vector<PartitionIndex> paused;
    std::vector<PartitionIndex> resumed;

private:
    std::int64_t offset_ = 0;
};

constexpr BufferOptions small{
    .records_max = 20, .bytes_max = 1'000, .partition_records_max = 4, .pause_after = 100ms};

}  // namespace

TEST(BackPressure, wants_as_many_records_as_still_fit) {
    Intake intake{small};
    EXPECT_EQ(intake.pressure.budget(intake.shards), 20U);
    intake.add(0, 15);
    EXPECT_EQ(intake.pressure.budget(intake.shards), 5U);
    intake.add(1, 10);
    EXPECT_EQ(intake.pressure.budget(intake.shards), 0U) << "a batch is taken whole";
}

TEST(BackPressure, wants_nothing_while_the_bytes_are_used_up_also_by_what_runs) {
    Intake intake{small};
    intake.add(0, 1, 999);
    EXPECT_EQ(intake.pressure.budget(intake.shards), 19U);
    intake.add(0, 1, 1);
    EXPECT_EQ(intake.pressure.budget(intake.shards), 0U);
    std::vector<WorkItem> work;
    ASSERT_TRUE(intake.shards.take_run(1, gate, work));
    EXPECT_EQ(intake.pressure.budget(intake.shards), 0U);
    std::vector<RecordHandle> released;
    intake.shards.settle(intake.shards.find(work[0].work), released);
    EXPECT_EQ(intake.pressure.budget(intake.shards), 19U);
}

TEST(BackPressure, pauses_a_partition_only_once_it_has_been_over_its_limit_for_long) {
    Intake intake{small};
    intake.add(0, 4);
    intake.add(1, 5);
    intake.adjust(at(1s));
    EXPECT_THAT(intake.paused, IsEmpty());
    EXPECT_EQ(intake.pressure.next_deadline(), at(1100ms));
    intake.adjust(at(1099ms));
    EXPECT_THAT(intake.paused, IsEmpty());
    intake.adjust(at(1100ms));
    EXPECT_THAT(intake.paused, ElementsAre(PartitionIndex{1})) << "the other is at its limit";
    EXPECT_EQ(intake.pressure.next_deadline(), std::nullopt);
    intake.adjust(at(5s));
    EXPECT_THAT(intake.paused, IsEmpty()) << "it is paused already";
}

TEST(BackPressure, counts_the_time_from_the_last_time_the_limit_was_passed) {
    Intake intake{small};
    intake.add(0, 5);
    intake.adjust(at(0ms));
    intake.work_off(1);
    intake.adjust(at(90ms));
    EXPECT_EQ(intake.pressure.next_deadline(), std::nullopt);
    intake.add(0, 1);
    intake.adjust(at(95ms));
    intake.adjust(at(194ms));
    EXPECT_THAT(intake.paused, IsEmpty());
    intake.adjust(at(195ms));
    EXPECT_THAT(intake.paused, ElementsAre(PartitionIndex{0}));
}

TEST(BackPressure, names_the_earliest_of_several_deadlines) {
    Intake intake{small};
    intake.add(2, 5);
    intake.adjust(at(10ms));
    intake.add(0, 5);
    intake.adjust(at(50ms));
    EXPECT_EQ(intake.pressure.next_deadline(), at(110ms));
    intake.adjust(at(110ms));
    EXPECT_THAT(intake.paused, ElementsAre(PartitionIndex{2}));
    EXPECT_EQ(intake.pressure.next_deadline(), at(150ms));
}

TEST(BackPressure, resumes_at_half_the_limit) {
    Intake intake{small};
    intake.add(0, 6);
    intake.adjust(at(0ms));
    intake.adjust(at(100ms));
    ASSERT_THAT(intake.paused, ElementsAre(PartitionIndex{0}));
    intake.work_off(3);
    intake.adjust(at(200ms));
    EXPECT_THAT(intake.resumed, IsEmpty()) << "three wait, half the limit is two";
    intake.work_off(1);
    intake.adjust(at(300ms));
    EXPECT_THAT(intake.resumed, ElementsAre(PartitionIndex{0}));
    intake.adjust(at(400ms));
    EXPECT_THAT(intake.resumed, IsEmpty());
}

TEST(BackPressure, leaves_partitions_alone_that_are_not_read) {
    Intake intake{small};
    intake.assignment.find(PartitionIndex{0})->phase = OwnedPartition::Phase::revoking;
    intake.add(0, 9);
    intake.adjust(at(0ms));
    intake.adjust(at(1s));
    EXPECT_THAT(intake.paused, IsEmpty());
    EXPECT_EQ(intake.pressure.next_deadline(), std::nullopt);
}

}  // namespace odradek
