#include "engine/kafka/commit_log.h"

#include "engine/base/bytes.h"

#include <string_view>

#include <gtest/gtest.h>

namespace odradek::kafka {

namespace {

void append_text(ByteBuffer& bytes, std::string_view text) {
    append_big_endian(bytes, static_cast<std::uint16_t>(text.size()));
    bytes.insert(bytes.end(), text.begin(), text.end());
}

ByteBuffer key_of(std::uint16_t version, std::string_view group) {
    ByteBuffer key;
    append_big_endian(key, version);
    append_text(key, group);
    append_text(key, "orders");
    append_big_endian(key, std::uint32_t{3});
    return key;
}

ByteBuffer value_of(std::uint16_t version, std::string_view metadata) {
    ByteBuffer value;
    append_big_endian(value, version);
    append_big_endian(value, std::uint64_t{41});
    if (version >= 3) append_big_endian(value, std::uint32_t{7});
    if (version == 4) {
        append_varint(value, metadata.size() + 1);
        value.insert(value.end(), metadata.begin(), metadata.end());
    } else {
        append_text(value, metadata);
    }
    append_big_endian(value, std::uint64_t{1'700'000'000'123});
    if (version == 4) append_varint(value, 0);  // no tagged fields
    return value;
}

}  // namespace

TEST(CommitLog, reads_every_version_of_a_stored_commit) {
    for (std::uint16_t version = 0; version <= 4; ++version) {
        const auto commit = parse_commit("g", key_of(1, "g"), value_of(version, "a map"));
        ASSERT_TRUE(commit.has_value()) << version;
        EXPECT_EQ(commit->partition.topic, "orders");
        EXPECT_EQ(commit->partition.partition, PartitionId{3});
        EXPECT_EQ(commit->next_to_read, Offset{41});
        EXPECT_EQ(commit->metadata, "a map");
        EXPECT_EQ(commit->at.count(), 1'700'000'000'123);
    }
}

TEST(CommitLog, takes_neither_other_groups_nor_memberships_nor_cut_entries) {
    EXPECT_FALSE(parse_commit("g", key_of(1, "other"), value_of(3, "")).has_value());
    EXPECT_FALSE(parse_commit("g", key_of(2, "g"), value_of(3, "")).has_value());
    EXPECT_FALSE(parse_commit("g", key_of(1, "g"), {}).has_value()) << "a tombstone";
    ByteBuffer value = value_of(3, "a map");
    while (!value.empty()) {
        value.pop_back();
        EXPECT_FALSE(parse_commit("g", key_of(1, "g"), value).has_value()) << value.size();
    }
}

// "polygenelubricants".hashCode() is the least 32-bit integer, whose absolute value Java has not.
TEST(CommitLog, finds_a_group_where_its_coordinator_keeps_it) {
    EXPECT_EQ(commit_log_partition("polygenelubricants", 50), 0);
    EXPECT_EQ(commit_log_partition("a", 50), 97 % 50);
    EXPECT_EQ(commit_log_partition("ab", 1000), (97 * 31 + 98) % 1000);
}

}  // namespace odradek::kafka
