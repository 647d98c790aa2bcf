#include "reports/compare/measure.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace odradek::reports {

TEST(JudgedArms, TK5_find_nothing_broken_in_the_engine_where_it_keeps_order) {
    EXPECT_EQ(judged_broken("engine-key"), std::vector<std::string>{});
    EXPECT_EQ(judged_broken("engine-partition"), std::vector<std::string>{});
}

TEST(JudgedArms, TK5_TP2_find_what_a_pool_per_batch_breaks) {
    const auto broken = judged_broken("pool-per-batch");
    for (const char* guarantee : {"at_least_once", "key_order", "one_in_flight_per_key"}) {
        EXPECT_NE(std::ranges::find(broken, guarantee), broken.end()) << guarantee;
    }
}

TEST(JudgedArms, TK5_TP1_find_nothing_broken_in_a_plain_loop) {
    EXPECT_EQ(judged_broken("vanilla"), std::vector<std::string>{});
}

TEST(JudgedArms, TK5_say_that_unordered_is_not_in_order) {
    const auto broken = judged_broken("engine-unordered");
    EXPECT_NE(std::ranges::find(broken, "key_order"), broken.end());
    EXPECT_EQ(std::ranges::find(broken, "at_least_once"), broken.end());
}

}  // namespace odradek::reports
