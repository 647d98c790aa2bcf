#include "engine/core/completion/deferrals.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

constexpr Instant at(Duration since_start) {
    return Instant{} + since_start;
}

constexpr auto all_open = [](WorkId) { return true; };

}  // namespace

TEST(Deferrals, gives_work_back_when_its_token_expires_and_not_before) {
    Deferrals deferrals{1s};
    deferrals.add(WorkId{7}, at(0s), 1, all_open);
    deferrals.add(WorkId{8}, at(1ms), 2, all_open);
    EXPECT_EQ(deferrals.next_due(), at(1s));
    EXPECT_EQ(deferrals.take_due(at(999ms)), std::nullopt);
    EXPECT_EQ(deferrals.take_due(at(1s)), WorkId{7});
    EXPECT_EQ(deferrals.take_due(at(1s)), std::nullopt);
}

TEST(Deferrals, awaits_tokens_for_ever_without_an_expiry) {
    Deferrals deferrals{0s};
    deferrals.add(WorkId{7}, at(0s), 1, all_open);
    EXPECT_EQ(deferrals.next_due(), std::nullopt);
}

TEST(Deferrals, wakes_nobody_for_a_token_that_has_ended) {
    Deferrals deferrals{1s};
    deferrals.add(WorkId{7}, at(0s), 1, all_open);
    deferrals.add(WorkId{8}, at(1ms), 2, all_open);
    deferrals.drop_closed([](WorkId work) { return work == WorkId{8}; });
    EXPECT_EQ(deferrals.next_due(), at(1001ms));
}

TEST(Deferrals, forgets_ended_tokens_behind_one_that_stays_open) {
    Deferrals deferrals{1h};
    const auto only_first = [](WorkId work) { return work == WorkId{1}; };
    for (std::uint64_t work = 1; work <= 10'000; ++work) {
        deferrals.add(WorkId{work}, at(0s), 1, only_first);
    }
    std::size_t left = 0;
    while (deferrals.take_due(at(2h))) {
        ++left;
    }
    EXPECT_LT(left, 2'000U);
}

TEST(Deferrals, keeps_what_came_early_until_it_is_asked_for) {
    Deferrals deferrals{0s};
    deferrals.keep_early({.work = WorkId{7}, .result = WorkResult::retry}, "because");
    EXPECT_FALSE(deferrals.take_early(WorkId{8}).has_value());
    const auto early = deferrals.take_early(WorkId{7});
    ASSERT_TRUE(early.has_value());
    EXPECT_EQ(early->token.result, WorkResult::retry);
    EXPECT_EQ(early->reason, "because");
    EXPECT_FALSE(deferrals.has_early());
}

}  // namespace odradek
