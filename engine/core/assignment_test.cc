#include "engine/core/assignment.h"

#include "odradek/contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

constexpr AssignedPartition life(std::uint32_t partition, std::uint32_t epoch) {
    return {PartitionIndex{partition}, Epoch{epoch}};
}

}  // namespace

TEST(Assignment, lists_what_is_owned_in_the_order_of_the_partitions) {
    Assignment assignment;
    for (const std::uint32_t partition : {7U, 2U, 5U}) {
        assignment.assign(life(partition, 1));
    }
    assignment.remove(PartitionIndex{5});
    EXPECT_THAT(assignment.owned(), testing::ElementsAre(PartitionIndex{2}, PartitionIndex{7}));
    EXPECT_EQ(assignment.find(PartitionIndex{5}), nullptr);
    EXPECT_EQ(assignment.find(PartitionIndex{1}), nullptr) << "never assigned, below the highest";
    EXPECT_EQ(assignment.find(PartitionIndex{99}), nullptr);
}

TEST(Assignment, finds_a_partition_in_its_present_life_only) {
    Assignment assignment;
    assignment.assign(life(0, 3));
    EXPECT_NE(assignment.find(life(0, 3)), nullptr);
    EXPECT_EQ(assignment.find(life(0, 2)), nullptr);
    EXPECT_EQ(assignment.find(life(0, 4)), nullptr);
    assignment.remove(PartitionIndex{0});
    EXPECT_EQ(assignment.find(life(0, 3)), nullptr) << "it has ended";
    assignment.assign(life(0, 4));
    EXPECT_EQ(assignment.find(life(0, 3)), nullptr);
    EXPECT_NE(assignment.find(life(0, 4)), nullptr);
    EXPECT_EQ(assignment.identity(PartitionIndex{0}), life(0, 4));
}

TEST(Assignment, refuses_an_epoch_that_does_not_grow_also_after_a_removal) {
    Assignment assignment;
    assignment.assign(life(0, 3));
    EXPECT_THROW(assignment.assign(life(0, 4)), ContractViolation) << "still owned";
    assignment.remove(PartitionIndex{0});
    EXPECT_THROW(assignment.assign(life(0, 3)), ContractViolation);
    EXPECT_THROW(assignment.assign(life(0, 2)), ContractViolation);
    EXPECT_THROW(assignment.remove(PartitionIndex{0}), ContractViolation) << "not owned";
    assignment.assign(life(0, 4));
    EXPECT_NE(assignment.find(PartitionIndex{0}), nullptr);
}

TEST(Assignment, starts_each_life_without_the_progress_or_the_pause_of_the_last) {
    Assignment assignment;
    assignment.assign(life(0, 1));
    OwnedPartition& first = *assignment.find(PartitionIndex{0});
    first.phase = OwnedPartition::Phase::reading;
    first.progress = Progress{OffsetMap{.next_to_read = Offset{5}, .completed = {}}};
    first.is_paused = true;
    first.over_limit_since = Instant{};
    assignment.remove(PartitionIndex{0});
    assignment.assign(life(0, 2));
    const OwnedPartition& second = *assignment.find(PartitionIndex{0});
    EXPECT_EQ(second.phase, OwnedPartition::Phase::loading);
    EXPECT_EQ(second.progress.next_to_read(), no_offset);
    EXPECT_FALSE(second.is_paused);
    EXPECT_EQ(second.over_limit_since, std::nullopt);
}

}  // namespace odradek
