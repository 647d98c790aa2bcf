#include "odradek/options.h"

#include <gtest/gtest.h>

namespace odradek {

TEST(ValidateEngineOptions, finds_nothing_wrong_with_the_defaults) {
    EXPECT_TRUE(validate(EngineOptions{}).empty());
}

TEST(ValidateEngineOptions, wants_lanes_that_can_be_computed) {
    EngineOptions options;
    options.virtual_partitions = {
        .max_partitions = 1'000'001, .partitioner = PartitionBy::header, .reducer = "sum17"};
    EXPECT_EQ(validate(options).size(), 3U);
    options.virtual_partitions = {.header = "tenant"};
    EXPECT_EQ(validate(options).size(), 1U) << "a header that nobody reads";
    options.virtual_partitions.partitioner = PartitionBy::header;
    EXPECT_TRUE(validate(options).empty());
}

TEST(ValidateEngineOptions, wants_batches_that_can_fill) {
    EngineOptions options;
    options.batch_size = 11;
    options.buffer.partition_records_max = 11;
    EXPECT_TRUE(validate(options).empty());
    options.buffer.partition_records_max = 10;
    ASSERT_EQ(validate(options).size(), 1U);
    EXPECT_EQ(validate(options)[0].where, "batch_size");
}

TEST(ValidateEngineOptions, reports_every_mistake_with_its_field) {
    EngineOptions options;
    options.concurrency_max = 0;
    options.commit.interval = Duration{0};
    options.commit.metadata_chars_max = 39;
    options.commit.must_match = {{"virtual partitions", "10"}};
    options.buffer.records_max = 0;
    const std::vector<Error> mistakes = validate(options);
    ASSERT_EQ(mistakes.size(), 5U);
    EXPECT_EQ(mistakes[0].where, "concurrency_max");
    EXPECT_EQ(mistakes[1].where, "commit.interval");
    EXPECT_EQ(mistakes[2].where, "commit.metadata_chars_max");
    EXPECT_EQ(mistakes[3].where, "commit.must_match.virtual partitions");
    EXPECT_EQ(mistakes[4].where, "buffer.records_max");
}

}  // namespace odradek
