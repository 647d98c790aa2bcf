#include "engine/kafka/admin.h"
#include "engine/local_kafka/kafka_fixture.h"

namespace odradek::kafka {

using AdminTest = local_kafka::KafkaTest;

TEST_F(AdminTest, makes_a_topic_once) {
    auto admin = Admin::open(bootstrap());
    ASSERT_TRUE(admin.has_value());
    const TopicSpec topic{.name = unique("topic"), .partitions = 12};
    EXPECT_EQ(admin->create_topic(topic), true);
    EXPECT_EQ(admin->create_topic(topic), false);
    EXPECT_EQ(admin->partition_count(topic.name), 12);
}

TEST_F(AdminTest, removes_a_topic) {
    auto admin = Admin::open(bootstrap());
    ASSERT_TRUE(admin.has_value());
    const std::string topic = make_topic(1);
    EXPECT_TRUE(admin->delete_topic(topic).has_value());
    const auto again = admin->delete_topic(topic);
    ASSERT_FALSE(again.has_value());
    EXPECT_EQ(again.error().code, Errc::unknown_topic);
}

TEST_F(AdminTest, says_what_the_cluster_refuses) {
    auto admin = Admin::open(bootstrap());
    ASSERT_TRUE(admin.has_value());
    const auto many =
        admin->create_topic({.name = unique("topic"), .partitions = 1, .replicas = 7});
    ASSERT_FALSE(many.has_value());
    EXPECT_EQ(many.error().code, Errc::invalid_options);
    const auto odd = admin->create_topic(
        {.name = unique("topic"), .partitions = 1, .settings = {{"retention.ms", "soon"}}}
    );
    ASSERT_FALSE(odd.has_value());
    EXPECT_EQ(odd.error().code, Errc::invalid_options);
    EXPECT_EQ(admin->partition_count(unique("nothing")).error().code, Errc::unknown_topic);
}

}  // namespace odradek::kafka
