#include "scenarios/token_timer.h"

#include <latch>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::scenarios {

using namespace std::chrono_literals;

TEST(TokenTimer, runs_each_task_once_in_the_order_of_their_time) {
    std::vector<int> ran;  // the timer's thread alone, until all have run
    std::latch all{3};
    TokenTimer timer;
    for (const int task : {3, 1, 2}) {
        timer.run_after(task * 5ms, [&, task] {
            ran.push_back(task);
            all.count_down();
        });
    }
    all.wait();
    EXPECT_EQ(ran, (std::vector{1, 2, 3}));
}

TEST(TokenTimer, destroys_what_is_not_due_at_its_end) {
    auto kept = std::make_shared<int>(0);
    {
        TokenTimer timer;
        timer.run_after(1h, [kept] { ++*kept; });
    }
    EXPECT_EQ(kept.use_count(), 1);
    EXPECT_EQ(*kept, 0);
}

}  // namespace odradek::scenarios
