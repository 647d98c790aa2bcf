#include "simulator/broker/log.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

std::vector<std::int64_t> offsets_read(Log& log, std::int64_t from) {
    std::vector<const Batch*> batches;
    log.read(Offset{from}, log.end(), 1U << 30U, batches);
    std::vector<std::int64_t> offsets;
    for (const Batch* batch : batches) {
        if (batch->kind != Batch::Kind::data) continue;
        for (const LogRecord& record : batch->records)
            offsets.push_back(record.offset.value());
    }
    return offsets;
}

void append(Log& log, std::string_view key, Instant now) {
    log.append({.key = key, .value_bytes = 100}, now);
}

TEST(Log, offsets_are_dense_BM_30) {
    Log log{10};
    for (int i = 0; i < 5; ++i)
        append(log, "k", Instant{});
    EXPECT_EQ(offsets_read(log, 0), (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
    EXPECT_EQ(log.end(), Offset{5});
}

TEST(Log, a_fetch_into_a_batch_returns_it_from_its_base_BM_23) {
    Log log{4};
    for (int i = 0; i < 8; ++i)
        append(log, "k", Instant{});
    EXPECT_EQ(offsets_read(log, 6), (std::vector<std::int64_t>{4, 5, 6, 7}));
}

TEST(Log, the_first_batch_is_given_whatever_its_size_BM_24) {
    Log log{4};
    for (int i = 0; i < 8; ++i)
        append(log, "k", Instant{});
    std::vector<const Batch*> batches;
    log.read(Offset{0}, log.end(), 1, batches);
    ASSERT_EQ(batches.size(), 1U);
    EXPECT_EQ(batches[0]->last, Offset{3});
}

TEST(Log, a_batch_that_was_read_does_not_grow) {
    Log log{10};
    append(log, "k", Instant{});
    std::vector<const Batch*> batches;
    log.read(Offset{0}, log.end(), 1U << 20U, batches);
    append(log, "k", Instant{});
    EXPECT_EQ(batches[0]->records.size(), 1U);
    EXPECT_EQ(offsets_read(log, 1), (std::vector<std::int64_t>{1}));
}

TEST(Log, a_marker_takes_one_offset_and_is_no_record_BM_31) {
    Log log{10};
    append(log, "k", Instant{});
    EXPECT_EQ(log.append_marker(), Offset{1});
    append(log, "k", Instant{});
    EXPECT_EQ(offsets_read(log, 0), (std::vector<std::int64_t>{0, 2}));
    EXPECT_FALSE(log.has_record(Offset{1}));
}

TEST(Log, aborted_records_take_offsets_and_are_none) {
    Log log{10};
    log.append_aborted(3);
    append(log, "k", Instant{});
    EXPECT_EQ(offsets_read(log, 0), (std::vector<std::int64_t>{4}));
    EXPECT_EQ(log.count_records(Offset{0}), 1U);
}

TEST(Log, compaction_keeps_the_newest_of_each_key_and_the_offsets_BM_37) {
    Log log{2};
    for (const char* key : {"a", "b", "a", "c", "b", "a"})
        append(log, key, Instant{});
    const std::vector<Offset> removed = log.compact(1);
    EXPECT_EQ(removed, (std::vector<Offset>{Offset{0}, Offset{1}, Offset{2}}));
    EXPECT_EQ(offsets_read(log, 0), (std::vector<std::int64_t>{3, 4, 5}));
    EXPECT_EQ(log.end(), Offset{6});
}

TEST(Log, compaction_leaves_the_batch_at_the_end_of_its_range_empty_BM_37) {
    Log log{1};
    for (const char* key : {"a", "a", "a"})
        append(log, key, Instant{});
    (void)log.compact(1);
    std::vector<const Batch*> batches;
    log.read(Offset{0}, log.end(), 1U << 20U, batches);
    ASSERT_EQ(batches.size(), 2U);
    EXPECT_TRUE(batches[0]->records.empty());
    EXPECT_EQ(batches[0]->last, Offset{1});
}

TEST(Log, a_truncated_log_gives_its_offsets_to_other_records_BM_63) {
    Log log{1};
    for (int i = 0; i < 5; ++i)
        append(log, "old", Instant{});
    EXPECT_EQ(log.truncate(Offset{3}), (std::vector<Offset>{Offset{3}, Offset{4}}));
    append(log, "new", Instant{1s});
    std::vector<const Batch*> batches;
    log.read(Offset{3}, log.end(), 1U << 20U, batches);
    ASSERT_EQ(batches.size(), 1U);
    EXPECT_EQ(batches[0]->records[0].key_text(), "new");
}

TEST(Log, deleted_records_are_served_no_more_BM_40) {
    Log log{2};
    for (int i = 0; i < 6; ++i)
        append(log, "k", Instant{});
    log.delete_before(Offset{3});
    EXPECT_EQ(log.start(), Offset{3});
    EXPECT_FALSE(log.has_record(Offset{2}));
    EXPECT_TRUE(log.has_record(Offset{3}));
    EXPECT_EQ(log.count_records(Offset{0}), 3U);
}

TEST(Log, null_and_empty_keys_differ_BM_39) {
    Log log{10};
    log.append({.key = {}, .has_key = false}, Instant{});
    log.append({.key = {}, .has_key = true}, Instant{});
    std::vector<const Batch*> batches;
    log.read(Offset{0}, log.end(), 1U << 20U, batches);
    EXPECT_FALSE(batches[0]->records[0].has_key());
    EXPECT_TRUE(batches[0]->records[1].has_key());
}

TEST(Log, a_long_log_keeps_every_record_and_key) {
    Log log{500};
    for (int i = 0; i < 20'000; ++i)
        append(log, "key-" + std::to_string(i), Instant{});
    std::vector<const Batch*> batches;
    log.read(Offset{0}, log.end(), 1U << 30U, batches);
    std::int64_t expected = 0;
    for (const Batch* batch : batches) {
        for (const LogRecord& record : batch->records) {
            ASSERT_EQ(record.offset.value(), expected);
            ASSERT_EQ(record.key_text(), "key-" + std::to_string(expected));
            ++expected;
        }
    }
    EXPECT_EQ(expected, 20'000);
}

TEST(Log, truncation_below_the_start_moves_the_start) {
    Log log{4};
    for (int i = 0; i < 4; ++i)
        append(log, "k", Instant{});
    log.delete_before(Offset{2});
    log.truncate(Offset{3});
    EXPECT_EQ(log.end(), Offset{0});  // down to the whole batch
    EXPECT_EQ(log.start(), Offset{0});
}

}  // namespace
}  // namespace odradek::sim
