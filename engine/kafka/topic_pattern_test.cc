#include "engine/kafka/topic_pattern.h"

#include <gtest/gtest.h>

namespace odradek::kafka {

TEST(TopicPattern, PC31_a_name_matches_itself_and_a_pattern_what_it_describes) {
    const auto name = TopicPattern::parse("orders.eu").value();
    EXPECT_FALSE(name.is_pattern());
    EXPECT_TRUE(name.matches("orders.eu"));
    EXPECT_FALSE(name.matches("orders-eu"));
    const auto pattern = TopicPattern::parse("^orders\\.(eu|us)$").value();
    EXPECT_TRUE(pattern.is_pattern());
    EXPECT_TRUE(pattern.matches("orders.us"));
    EXPECT_FALSE(pattern.matches("orders.eu.dead"));
}

TEST(TopicPattern, PC31_says_what_is_wrong_with_a_pattern) {
    const auto pattern = TopicPattern::parse("^orders(");
    ASSERT_FALSE(pattern.has_value());
    EXPECT_FALSE(pattern.error().empty());
}

}  // namespace odradek::kafka
