#include "engine/core/shards/batches.h"

#include <gtest/gtest.h>

namespace odradek {

TEST(BatchRule, halves_the_batch_with_each_failure_down_to_one_record) {
    const BatchRule rule{.size_max = 10, .latency = {}, .attempts_max = 0};
    LiveRecord record;
    std::vector<std::uint32_t> limits;
    for (record.attempt = 0; record.attempt < 6; ++record.attempt) {
        limits.push_back(rule.limit_for(record));
    }
    EXPECT_EQ(limits, (std::vector<std::uint32_t>{10, 5, 2, 1, 1, 1}));
    record.attempt = 1'000;
    EXPECT_EQ(rule.limit_for(record), 1U);
}

TEST(BatchRule, lets_a_record_run_its_last_attempt_alone_unless_it_is_the_first_too) {
    LiveRecord record;
    record.attempt = 1;
    EXPECT_EQ((BatchRule{.size_max = 8, .latency = {}, .attempts_max = 2}).limit_for(record), 1U);
    EXPECT_EQ((BatchRule{.size_max = 8, .latency = {}, .attempts_max = 3}).limit_for(record), 4U);
    record.attempt = 0;
    EXPECT_EQ((BatchRule{.size_max = 8, .latency = {}, .attempts_max = 1}).limit_for(record), 8U);
}

TEST(Batches, a_batch_is_out_until_its_last_record_has_left) {
    Batches batches;
    const std::uint32_t first = batches.open();
    batches.join(3, first);
    batches.join(0, first);
    const std::uint32_t second = batches.open();
    batches.join(1, second);
    EXPECT_EQ(batches.size(), 2U);
    EXPECT_TRUE(batches.holds(3));
    EXPECT_FALSE(batches.holds(2));
    EXPECT_FALSE(batches.leave(3));
    EXPECT_FALSE(batches.holds(3));
    EXPECT_TRUE(batches.leave(1));
    EXPECT_TRUE(batches.leave(0));
    EXPECT_EQ(batches.size(), 0U);
    EXPECT_EQ(batches.open(), first) << "its place is used again";
}

}  // namespace odradek
