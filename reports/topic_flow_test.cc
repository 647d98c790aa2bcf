#include "reports/topic_flow.h"

#include <gtest/gtest.h>

namespace odradek::reports {

namespace {

using Circles = std::vector<std::vector<std::string>>;

}  // namespace

TEST(TopicFlow, has_no_circle_where_retries_end_in_a_dead_letter_topic) {
    EXPECT_EQ(find_circles({}), Circles{});
    EXPECT_EQ(
        find_circles(
            {{"orders", {"retry-1", "dead"}}, {"retry-1", {"retry-2"}}, {"retry-2", {"dead"}}}
        ),
        Circles{}
    );
}

TEST(TopicFlow, tells_the_shortest_way_round_once) {
    EXPECT_EQ(
        find_circles(
            {{"orders", {"bills", "retry"}},
             {"bills", {"checks"}},
             {"checks", {"orders"}},
             {"retry", {"orders"}}}
        ),
        (Circles{{"bills", "checks", "orders", "bills"}})
    );
    EXPECT_EQ(
        find_circles({{"orders", {"retry"}}, {"retry", {"orders"}}}),
        (Circles{{"orders", "retry", "orders"}})
    );
}

TEST(TopicFlow, sees_a_topic_that_feeds_itself_and_circles_apart_from_each_other) {
    EXPECT_EQ(
        find_circles({{"a", {"a", "b"}}, {"c", {"d"}}, {"d", {"c"}}}),
        (Circles{{"a", "a"}, {"c", "d", "c"}})
    );
}

}  // namespace odradek::reports
