#include "engine/core/completion/retry_queue.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

constexpr Instant at(Duration since_start) {
    return Instant{} + since_start;
}

}  // namespace

TEST(RetryQueue, gives_work_back_at_its_due_time_and_not_before) {
    RetryQueue queue;
    queue.add(WorkId{7}, at(1000ms));
    EXPECT_EQ(queue.take_due(at(999ms)), std::nullopt);
    EXPECT_EQ(queue.take_due(at(1000ms)), WorkId{7});
    EXPECT_EQ(queue.next_due(), std::nullopt);
}

TEST(RetryQueue, keeps_the_order_of_equal_times) {
    RetryQueue queue;
    queue.add(WorkId{3}, at(2s));
    queue.add(WorkId{1}, at(1s));
    queue.add(WorkId{2}, at(1s));
    EXPECT_EQ(queue.next_due(), at(1s));
    EXPECT_EQ(queue.take_due(at(5s)), WorkId{1});
    EXPECT_EQ(queue.take_due(at(5s)), WorkId{2});
    EXPECT_EQ(queue.take_due(at(5s)), WorkId{3});
}

TEST(RetryQueue, forgets_what_is_gone) {
    RetryQueue queue;
    for (std::uint64_t work = 0; work < 10; ++work) {
        queue.add(WorkId{work}, at(Duration{10 - static_cast<std::int64_t>(work)}));
    }
    queue.forget_if([](WorkId work) { return work.value() % 2 == 1; });
    EXPECT_EQ(queue.size(), 5U);
    EXPECT_EQ(queue.take_due(at(1s)), WorkId{8});
}

}  // namespace odradek
