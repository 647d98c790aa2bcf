#include "simulator/broker/committed_offsets.h"

#include <string>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

OffsetToStore offset_of(std::uint32_t partition, std::int64_t offset, std::string metadata) {
    return {PartitionNumber{partition}, Offset{offset}, std::move(metadata)};
}

class CommittedOffsetsTest : public testing::Test {
protected:
    KafkaError accept_one(std::string metadata) {
        std::vector<OffsetToStore> offsets = {offset_of(0, 5, std::move(metadata))};
        return offsets_.accept(offsets, "g")[0].error;
    }

    CommittedOffsets offsets_{4096, 1'048'588};
};

TEST_F(CommittedOffsetsTest, the_limit_counts_utf16_units_BM_210_FT_1_FT_2) {
    EXPECT_EQ(accept_one(repeated("a", 4096)), KafkaError::none);
    EXPECT_EQ(accept_one(repeated("a", 4097)), KafkaError::offset_metadata_too_large);
    EXPECT_EQ(accept_one(repeated("\xE2\x82\xAC", 4096)), KafkaError::none);
    EXPECT_EQ(accept_one(repeated("\xF0\x9F\x98\x80", 2048)), KafkaError::none);
    EXPECT_EQ(
        accept_one(repeated("\xF0\x9F\x98\x80", 2049)), KafkaError::offset_metadata_too_large
    );
}

TEST_F(CommittedOffsetsTest, bytes_that_are_not_utf8_become_U_FFFD_BM_212_FT_3) {
    EXPECT_EQ(
        decode_metadata("a\xFF"
                        "b")
            .text,
        "a\xEF\xBF\xBD"
        "b"
    );
    EXPECT_EQ(decode_metadata("\xED\xA0\x80").text, "\xEF\xBF\xBD");
    EXPECT_EQ(decode_metadata("\xC0\x80").utf16_units, 2U);
    EXPECT_EQ(decode_metadata("\xE2\x82").text, "\xEF\xBF\xBD");
}

TEST_F(CommittedOffsetsTest, too_large_hits_that_partition_only_BM_211_FT_4) {
    std::vector<OffsetToStore> offsets = {
        offset_of(0, 7, "short"), offset_of(1, 7, repeated("a", 4097))};
    const auto answer = offsets_.accept(offsets, "g");
    EXPECT_EQ(answer[0].error, KafkaError::none);
    EXPECT_EQ(answer[1].error, KafkaError::offset_metadata_too_large);
    EXPECT_EQ(offsets_.accepted(PartitionNumber{0})->next_to_read, Offset{7});
    EXPECT_FALSE(offsets_.accepted(PartitionNumber{1}).has_value());
}

TEST_F(CommittedOffsetsTest, a_commit_fits_one_batch_or_nothing_is_stored_BM_215_FT_5) {
    for (const std::uint32_t partitions : {60U, 120U}) {
        CommittedOffsets store{4096, 1'048'588};
        std::vector<OffsetToStore> offsets;
        for (std::uint32_t i = 0; i < partitions; ++i) {
            offsets.push_back(offset_of(i, 1, repeated("\xE2\x82\xAC", 4096)));
        }
        const auto answer = store.accept(offsets, "g");
        const KafkaError expected = partitions == 60 ? KafkaError::none : KafkaError::unknown;
        for (const StoredPartition& entry : answer)
            EXPECT_EQ(entry.error, expected);
        EXPECT_EQ(store.is_empty(), partitions == 120);
    }
}

TEST_F(CommittedOffsetsTest, the_last_one_of_a_partition_wins_BM_209) {
    std::vector<OffsetToStore> offsets = {offset_of(0, 7, ""), offset_of(0, 3, "")};
    (void)offsets_.accept(offsets, "g");
    EXPECT_EQ(offsets_.accepted(PartitionNumber{0})->next_to_read, Offset{3});
}

TEST_F(CommittedOffsetsTest, a_failover_forgets_what_was_not_replicated) {
    std::vector<OffsetToStore> offsets = {offset_of(0, 7, "")};
    (void)offsets_.accept(offsets, "g");
    offsets_.make_durable(offsets[0]);
    offsets[0].next_to_read = Offset{9};
    (void)offsets_.accept(offsets, "g");
    offsets_.forget_unreplicated();
    EXPECT_EQ(offsets_.accepted(PartitionNumber{0})->next_to_read, Offset{7});
}

}  // namespace
}  // namespace odradek::sim
