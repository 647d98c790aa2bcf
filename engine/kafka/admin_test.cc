#include "engine/kafka/admin.h"

#include <gtest/gtest.h>

namespace odradek::kafka {

using std::chrono::milliseconds;

TEST(Admin, calls_a_cluster_that_does_not_answer_unreachable) {
    // Port 1 of this machine: nobody listens there.
    auto admin = Admin::open("127.0.0.1:1", milliseconds(300));
    ASSERT_TRUE(admin.has_value());
    const auto count = admin->partition_count("t");
    ASSERT_FALSE(count.has_value());
    EXPECT_EQ(count.error().code, Errc::broker_unreachable);
    const auto created = admin->create_topic({.name = "t", .partitions = 1});
    ASSERT_FALSE(created.has_value());
    EXPECT_EQ(created.error().code, Errc::broker_unreachable);
}

TEST(Admin, refuses_a_topic_that_cannot_be_before_it_asks) {
    auto admin = Admin::open("127.0.0.1:1", milliseconds(300));
    ASSERT_TRUE(admin.has_value());
    const auto created = admin->create_topic({.name = "t", .partitions = -2});
    ASSERT_FALSE(created.has_value());
    EXPECT_EQ(created.error().code, Errc::invalid_options);
}

}  // namespace odradek::kafka
