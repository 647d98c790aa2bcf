#include "engine/runtime/work_desk.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

WorkItem item(std::uint64_t number, std::uint32_t partition = 0, bool continues_run = false) {
    return {
        .work = WorkId{number},
        .record = RecordHandle{number},
        .partition = {PartitionIndex{partition}, Epoch{1}},
        .offset = Offset{static_cast<std::int64_t>(number)},
        .continues_run = continues_run};
}

void put(WorkDesk& desk, std::vector<WorkItem> items) {
    desk.refill([&](std::vector<WorkItem>& into) { into = std::move(items); });
}

std::vector<std::uint64_t> claim_all(WorkDesk& desk) {
    std::vector<std::uint64_t> claimed;
    while (const auto next = desk.claim(Instant{})) {
        claimed.push_back(next->work.value());
        desk.finish({.work = next->work}, {});
    }
    return claimed;
}

std::vector<std::uint64_t> reported(Inbox& inbox) {
    Answers answers;
    std::vector<Event> events;
    inbox.take(answers, events);
    std::vector<std::uint64_t> works;
    for (const FinishedWork& finished : answers.finished) {
        works.push_back(finished.work.value());
    }
    return works;
}

using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST(WorkDesk, gives_its_items_in_order_and_reports_each_once) {
    Inbox inbox;
    WorkDesk desk;
    put(desk, {item(1), item(2), item(3)});
    EXPECT_EQ(claim_all(desk), (Numbers{1, 2, 3}));
    EXPECT_TRUE(desk.settle(inbox));
    EXPECT_EQ(reported(inbox), (Numbers{1, 2, 3}));
    desk.report(inbox);
    EXPECT_TRUE(reported(inbox).empty());
}

TEST(WorkDesk, reports_what_is_finished_while_the_next_handler_runs) {
    Inbox inbox;
    WorkDesk desk;
    put(desk, {item(1), item(2)});
    desk.finish({.work = desk.claim(Instant{})->work}, {});
    static_cast<void>(desk.claim(Instant{1ms}));
    EXPECT_TRUE(desk.is_laden());
    desk.report(inbox);
    EXPECT_EQ(reported(inbox), (Numbers{1}));
    EXPECT_FALSE(desk.is_laden());
}

TEST(WorkDesk, recalls_the_open_items_of_a_partition_and_keeps_the_others_in_order) {
    Inbox inbox;
    WorkDesk desk;
    put(desk, {item(1, 7), item(2, 7), item(3, 8), item(4, 7), item(5, 8)});
    desk.finish({.work = desk.claim(Instant{})->work}, {});
    Answers recalled;
    desk.recall(std::vector{PartitionIndex{7}}, recalled);
    ASSERT_EQ(recalled.finished.size(), 2U);
    EXPECT_EQ(recalled.finished[0].work, WorkId{2});
    EXPECT_EQ(recalled.finished[1].work, WorkId{4});
    EXPECT_EQ(recalled.finished[1].result, WorkResult::unstarted);
    EXPECT_FALSE(desk.settle(inbox)) << "3 and 5 are still open";
    EXPECT_EQ(claim_all(desk), (Numbers{3, 5}));
    EXPECT_TRUE(desk.settle(inbox));
}

TEST(WorkDesk, keeps_the_rest_of_a_begun_run_when_others_take_what_is_open) {
    WorkDesk desk;
    put(desk, {item(1), item(2, 0, true), item(3), item(4, 0, true)});
    desk.finish({.work = desk.claim(Instant{})->work}, {});
    std::vector<WorkItem> taken;
    EXPECT_EQ(desk.take_open(taken), 2U);
    ASSERT_EQ(taken.size(), 2U);
    EXPECT_EQ(taken[0].work, WorkId{3});
    EXPECT_EQ(taken[1].work, WorkId{4});
    EXPECT_EQ(claim_all(desk), (Numbers{2}));
}

TEST(WorkDesk, tells_how_long_its_handler_runs) {
    WorkDesk desk;
    put(desk, {item(1)});
    EXPECT_FALSE(desk.runs_longer_than(1ms, Instant{1s}));
    desk.finish({.work = desk.claim(Instant{1s})->work}, {});
    EXPECT_FALSE(desk.runs_longer_than(1ms, Instant{1s + 999us}));
    EXPECT_TRUE(desk.runs_longer_than(1ms, Instant{1s + 1ms}));
    EXPECT_FALSE(desk.claim(Instant{2s}).has_value());
    EXPECT_FALSE(desk.runs_longer_than(1ms, Instant{9s}));
}

TEST(WorkDesk, keeps_the_reason_of_a_failure_beside_its_answer) {
    Inbox inbox;
    WorkDesk desk;
    put(desk, {item(1)});
    const auto claimed = desk.claim(Instant{});
    desk.finish({.work = claimed->work, .result = WorkResult::retry}, "busy");
    EXPECT_TRUE(desk.settle(inbox));
    Answers answers;
    std::vector<Event> events;
    inbox.take(answers, events);
    ASSERT_EQ(answers.reasons.size(), 1U);
    EXPECT_EQ(answers.reasons[0].text, "busy");
    EXPECT_EQ(answers.reasons[0].work, WorkId{1});
}

TEST(WorkDesk, PC6_claims_the_rest_of_a_batch_with_its_head_and_nothing_behind_it) {
    WorkDesk desk;
    desk.refill([](std::vector<WorkItem>& items) {
        for (std::uint64_t number = 0; number < 4; ++number) {
            items.push_back({.work = WorkId{number}, .continues_run = number == 1 || number == 2});
        }
    });
    std::vector<WorkItem> batch{desk.claim(Instant{}).value()};
    desk.claim_rest(batch);
    ASSERT_EQ(batch.size(), 3U);
    EXPECT_EQ(batch.back().work, WorkId{2});
    EXPECT_EQ(desk.claim(Instant{}).value().work, WorkId{3});
}

}  // namespace odradek
