#include "engine/core/completion/failure_policy.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

Verdict verdict(WorkResult result, std::uint32_t attempt, const RetryOptions& options) {
    return judge({.work = WorkId{1}, .result = result}, attempt, options);
}

}  // namespace

TEST(FailurePolicy, counts_done_and_skip_as_finished) {
    EXPECT_FALSE(verdict(WorkResult::done, 1, {}).has_value());
    EXPECT_FALSE(verdict(WorkResult::skip, 1, {}).has_value());
}

TEST(FailurePolicy, runs_again_after_the_handlers_delay_or_the_configured_one) {
    const RetryOptions options{.delay = 3s};
    EXPECT_EQ(std::get<RunAgain>(*verdict(WorkResult::retry, 9, options)).after, Duration{3s});
    const FinishedWork asks{.work = WorkId{1}, .result = WorkResult::retry, .retry_delay = 7ms};
    EXPECT_EQ(std::get<RunAgain>(*judge(asks, 1, options)).after, Duration{7ms});
    const FinishedWork negative{
        .work = WorkId{1}, .result = WorkResult::retry, .retry_delay = -7ms};
    EXPECT_EQ(std::get<RunAgain>(*judge(negative, 1, options)).after, Duration{0});
}

TEST(FailurePolicy, gives_up_after_the_last_attempt_and_at_once_on_fail) {
    const RetryOptions options{.attempts_max = 3, .then = AfterLastAttempt::dead_letter};
    EXPECT_TRUE(std::holds_alternative<RunAgain>(*verdict(WorkResult::retry, 2, options)));
    EXPECT_EQ(
        std::get<GiveUp>(*verdict(WorkResult::retry, 3, options)).then,
        AfterLastAttempt::dead_letter
    );
    EXPECT_EQ(
        std::get<GiveUp>(*verdict(WorkResult::fail, 1, options)).then, AfterLastAttempt::dead_letter
    );
}

}  // namespace odradek
