#include "engine/runtime/invoke.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace odradek {

namespace {

struct Answer {
    WorkResult result;
    std::optional<Duration> delay;
    std::string reason;
};

Answer ask(const Consumer::Handler& handler) {
    const Record record{};
    Answer answer{};
    answer.result = invoke(handler, {.record = record}, answer.delay, answer.reason);
    return answer;
}

}  // namespace

TEST(Invoke, turns_an_exception_into_a_retry_with_its_text) {
    const Answer thrown =
        ask([](const RecordContext&) -> Outcome { throw std::runtime_error("no stock"); });
    EXPECT_EQ(thrown.result, WorkResult::retry);
    EXPECT_EQ(thrown.reason, "no stock");
    const Answer odd = ask([](const RecordContext&) -> Outcome { throw 7; });
    EXPECT_EQ(odd.result, WorkResult::retry);
    EXPECT_FALSE(odd.reason.empty());
}

TEST(Invoke, hands_outcome_delay_and_reason_through) {
    using namespace std::chrono_literals;
    const Answer retry = ask([](const RecordContext&) { return Outcome::retry(20ms, "busy"); });
    EXPECT_EQ(retry.result, WorkResult::retry);
    EXPECT_EQ(retry.delay, Duration{20ms});
    EXPECT_EQ(retry.reason, "busy");
    EXPECT_EQ(ask([](const RecordContext&) { return Outcome::done(); }).result, WorkResult::done);
    EXPECT_EQ(ask([](const RecordContext&) { return Outcome::skip("old"); }).reason, "old");
    EXPECT_EQ(
        ask([](const RecordContext&) { return Outcome::fail("bad"); }).result, WorkResult::fail
    );
}

TEST(Invoke, DC1_turns_a_deferred_answer_without_a_token_into_a_retry) {
    const Answer answer = ask([](const RecordContext&) { return Outcome::deferred(); });
    EXPECT_EQ(answer.result, WorkResult::retry);
    EXPECT_NE(answer.reason.find("defer()"), std::string::npos);
}

}  // namespace odradek
