#include "engine/kafka/group_offsets.h"

#include <gtest/gtest.h>

namespace odradek::kafka {

TEST(GroupOffsets, calls_a_cluster_that_does_not_answer_unreachable) {
    // Port 1 of this machine: nobody listens there.
    const auto offsets = read_group_offsets(
        {.brokers = "127.0.0.1:1", .group = "g", .limit = std::chrono::milliseconds(300)}
    );
    ASSERT_FALSE(offsets.has_value());
    EXPECT_EQ(offsets.error().code, Errc::broker_unreachable);
}

TEST(GroupOffsets, refuses_what_librdkafka_does_not_know_before_it_asks) {
    const auto property = read_group_offsets(
        {.brokers = "127.0.0.1:1", .group = "g", .properties = {{"no.such.property", "1"}}}
    );
    ASSERT_FALSE(property.has_value());
    EXPECT_EQ(property.error().code, Errc::invalid_options);
    EXPECT_EQ(property.error().where, "no.such.property");
    const auto group = read_group_offsets({.brokers = "127.0.0.1:1", .group = ""});
    ASSERT_FALSE(group.has_value());
    EXPECT_EQ(group.error().code, Errc::invalid_options);
}

TEST(GroupOffsets, says_that_it_could_not_write_to_a_cluster_that_does_not_answer) {
    const std::vector<GroupOffset> offsets{
        {.partition = {"t", PartitionId{0}}, .next_to_read = Offset{3}, .metadata = "x"}};
    const auto written = write_group_offsets(
        {.brokers = "127.0.0.1:1", .group = "g", .limit = std::chrono::milliseconds(300)}, offsets
    );
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().code, Errc::broker_unreachable);
}

}  // namespace odradek::kafka
