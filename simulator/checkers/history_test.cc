#include "simulator/checkers/history.h"

#include "simulator/checkers/key_index.h"

#include <string>

#include <gtest/gtest.h>

namespace odradek::sim {

namespace {

TraceEvent event_of(TraceEvent::Kind kind, std::int64_t offset, std::string_view detail = {}) {
    TraceEvent event;
    event.kind = kind;
    event.member = 0;
    event.topic = 0;
    event.partition = PartitionId{2};
    event.offset = Offset{offset};
    event.detail = detail;
    return event;
}

}  // namespace

TEST(History, starts_a_partition_at_its_first_record) {
    History history{{}};
    history.take(event_of(TraceEvent::Kind::produced, 1'000'000));
    ASSERT_EQ(history.partitions().size(), 1U);
    EXPECT_EQ(history.partitions()[0].records.size(), 1U);
    EXPECT_EQ(history.partitions()[0].offset_of(0), Offset{1'000'000});
}

TEST(History, counts_starts_of_settled_records_as_replayed) {
    History history{{}};
    history.take(event_of(TraceEvent::Kind::produced, 0));
    history.take(event_of(TraceEvent::Kind::started, 0));
    history.take(event_of(TraceEvent::Kind::finished, 0, "retry"));
    history.take(event_of(TraceEvent::Kind::started, 0));
    history.take(event_of(TraceEvent::Kind::finished, 0, "done"));
    EXPECT_EQ(history.replayed(), 0U);
    history.take(event_of(TraceEvent::Kind::started, 0));
    EXPECT_EQ(history.replayed(), 1U);
    EXPECT_EQ(history.finished(), 2U);
}

TEST(KeyIndex, gives_equal_keys_of_a_partition_one_number) {
    KeyIndex index;
    EXPECT_EQ(index.number_of(0, true, "a"), 0U);
    EXPECT_EQ(index.number_of(0, true, "b"), 1U);
    EXPECT_EQ(index.number_of(1, true, "a"), 2U);
    EXPECT_EQ(index.number_of(0, false, ""), 3U);
    EXPECT_EQ(index.number_of(0, true, ""), 4U);
    for (int key = 0; key < 1000; ++key) {
        index.number_of(0, true, "key-" + std::to_string(key));
    }
    EXPECT_EQ(index.number_of(0, true, "b"), 1U);
    EXPECT_EQ(index.size(), 1005U);
}

}  // namespace odradek::sim
