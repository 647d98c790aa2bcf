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

std::vector<WorkResult> ask(const BatchHandler& handler) {
    const Record record{};
    const std::vector<RecordContext> contexts(3, RecordContext{.record = record});
    const std::vector<WorkItem> items{
        {.work = WorkId{1}}, {.work = WorkId{2}}, {.work = WorkId{3}}};
    Answers answers;
    invoke(handler, contexts, items, answers);
    std::vector<WorkResult> results;
    for (std::size_t item = 0; item < items.size(); ++item) {
        EXPECT_EQ(answers.finished.at(item).work, items[item].work);
        results.push_back(answers.finished[item].result);
    }
    return results;
}

}  // namespace

TEST(InvokeBatch, PC6_one_outcome_is_that_of_every_record_and_a_short_list_leaves_the_rest) {
    using enum WorkResult;
    EXPECT_EQ(
        ask([](std::span<const RecordContext>) -> BatchOutcome { return Outcome::skip(); }),
        (std::vector{skip, skip, skip})
    );
    EXPECT_EQ(
        ask([](std::span<const RecordContext>) -> BatchOutcome {
            return std::vector{Outcome::done(), Outcome::fail("no")};
        }),
        (std::vector{done, fail, unstarted})
    );
}

TEST(InvokeBatch, PC6_a_throw_or_too_many_outcomes_are_a_retry_of_the_batch) {
    using enum WorkResult;
    EXPECT_EQ(
        ask([](std::span<const RecordContext>) -> BatchOutcome { throw std::runtime_error("x"); }),
        (std::vector{retry, retry, retry})
    );
    EXPECT_EQ(
        ask([](std::span<const RecordContext>) -> BatchOutcome {
            return std::vector(4, Outcome::done());
        }),
        (std::vector{retry, retry, retry})
    );
}

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
