#include "engine/runtime/worker_pool.h"

#include "engine/runtime/steady_clock.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <latch>
#include <map>
#include <mutex>
#include <semaphore>
#include <set>
#include <thread>

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

/// Waits until `count` answers are there, and gives them by work.
std::map<std::uint64_t, WorkResult> answers_of(Inbox& inbox, std::size_t count) {
    std::map<std::uint64_t, WorkResult> results;
    Answers answers;
    std::vector<Event> events;
    while (results.size() < count) {
        if (inbox.take(answers, events)) {
            for (const FinishedWork& finished : answers.finished) {
                results[finished.work.value()] = finished.result;
            }
        } else {
            const Instant now = steady_now();
            inbox.wait(now, now + 10s);
        }
    }
    return results;
}

}  // namespace

TEST(WorkerPool, answers_every_item_once) {
    const auto inbox = std::make_shared<Inbox>();
    WorkerPool pool{
        {.threads = 4,
         .run = [](const WorkItem&, auto&, auto&) { return WorkResult::done; },
         .release = {}},
        inbox};
    std::vector<WorkItem> items;
    for (std::uint64_t number = 0; number < 1'000; ++number) {
        items.push_back(item(number));
    }
    pool.start(items);
    EXPECT_EQ(answers_of(*inbox, 1'000).size(), 1'000U);
}

TEST(WorkerPool, PC6_gives_a_batch_to_one_call_whole) {
    const auto inbox = std::make_shared<Inbox>();
    std::mutex mutex;
    std::set<std::vector<std::uint64_t>> calls;
    WorkerPool pool{
        {.threads = 2,
         .run = [](const WorkItem&, auto&, auto&) { return WorkResult::fail; },
         .run_batch =
             [&](std::span<const WorkItem> items, Answers& answers) {
                 std::vector<std::uint64_t> numbers;
                 for (const WorkItem& one : items) {
                     numbers.push_back(one.work.value());
                     answers.finished.push_back({.work = one.work});
                 }
                 const std::lock_guard lock{mutex};
                 calls.insert(numbers);
             },
         .release = {}},
        inbox};
    std::vector<WorkItem> items;
    for (std::uint64_t number = 0; number < 7; ++number) {
        items.push_back(item(number, 0, number % 3 != 0));
        items.back().is_batch = true;
    }
    pool.start(items);
    for (const auto& [number, result] : answers_of(*inbox, 7)) {
        EXPECT_EQ(result, WorkResult::done);
    }
    const std::lock_guard lock{mutex};
    EXPECT_EQ(calls, (std::set<std::vector<std::uint64_t>>{{0, 1, 2}, {3, 4, 5}, {6}}));
}

TEST(WorkerPool, runs_so_many_handlers_at_once_as_it_has_threads) {
    const auto inbox = std::make_shared<Inbox>();
    std::latch all_run{3};
    WorkerPool pool{
        {.threads = 3,
         .run =
             [&](const WorkItem&, auto&, auto&) {
                 all_run.arrive_and_wait();  // hangs unless three run together
                 return WorkResult::done;
             },
         .release = {}},
        inbox};
    pool.start(std::vector{item(1), item(2), item(3)});
    answers_of(*inbox, 3);
    EXPECT_EQ(pool.running_peak(), 3U);
}

TEST(WorkerPool, returns_the_rest_of_a_run_after_the_first_that_is_not_done) {
    const auto inbox = std::make_shared<Inbox>();
    WorkerPool pool{
        {.threads = 1,
         .run =
             [](const WorkItem& work, auto&, std::string& reason) {
                 if (work.work != WorkId{2}) return WorkResult::done;
                 reason = "busy";
                 return WorkResult::retry;
             },
         .release = {}},
        inbox};
    pool.start(std::vector{item(1), item(2, 0, true), item(3, 0, true), item(4)});
    const auto results = answers_of(*inbox, 4);
    EXPECT_EQ(results.at(1), WorkResult::done);
    EXPECT_EQ(results.at(2), WorkResult::retry);
    EXPECT_EQ(results.at(3), WorkResult::unstarted);
    EXPECT_EQ(results.at(4), WorkResult::done);
}

TEST(WorkerPool, gives_back_what_was_recalled_before_it_started) {
    const auto inbox = std::make_shared<Inbox>();
    std::binary_semaphore started{0};
    std::binary_semaphore goes_on{0};
    std::set<std::uint64_t> run;
    std::mutex mutex;
    WorkerPool pool{
        {.threads = 1,
         .run =
             [&](const WorkItem& work, auto&, auto&) {
                 if (work.work == WorkId{1}) {
                     started.release();
                     goes_on.acquire();
                 }
                 const std::lock_guard lock{mutex};
                 run.insert(work.work.value());
                 return WorkResult::done;
             },
         .release = {}},
        inbox};
    // 2 is in the same run, so the worker has it already; 3 and 4 wait in the queue.
    pool.start(std::vector{item(1, 0), item(2, 0, true), item(3, 0), item(4, 1)});
    started.acquire();
    pool.recall(std::vector{PartitionIndex{0}});
    goes_on.release();
    const auto results = answers_of(*inbox, 4);
    EXPECT_EQ(results.at(1), WorkResult::done);
    EXPECT_EQ(results.at(2), WorkResult::unstarted);
    EXPECT_EQ(results.at(3), WorkResult::unstarted);
    EXPECT_EQ(results.at(4), WorkResult::done);
    EXPECT_EQ(run, (std::set<std::uint64_t>{1, 4}));
}

TEST(WorkerPool, takes_nothing_hostage_when_a_handler_hangs) {
    const auto inbox = std::make_shared<Inbox>();
    std::binary_semaphore goes_on{0};
    std::binary_semaphore started{0};
    std::atomic<std::uint64_t> hanging = 0;
    WorkerPool pool{
        {.threads = 2,
         .run =
             [&](const WorkItem& work, auto&, auto&) {
                 if (work.work.value() == hanging) {
                     started.release();
                     goes_on.acquire();
                 }
                 return WorkResult::done;
             },
         .release = {}},
        inbox};
    std::vector<WorkItem> fast;  // so that workers take many at a time
    for (std::uint64_t number = 1; number <= 20'000; ++number) {
        fast.push_back(item(number));
    }
    pool.start(fast);
    answers_of(*inbox, fast.size());
    hanging = 30'000;
    std::vector<WorkItem> rest;
    for (std::uint64_t number = 29'990; number <= 30'100; ++number) {
        rest.push_back(item(number));
    }
    pool.start(rest);
    started.acquire();
    std::map<std::uint64_t, WorkResult> results;
    Answers answers;
    std::vector<Event> events;
    while (results.size() < rest.size() - 1) {  // all but the one that hangs
        const Instant now = steady_now();
        pool.rescue(now);
        if (!inbox->take(answers, events)) inbox->wait(now, now + 1ms);
        for (const FinishedWork& finished : answers.finished) {
            results[finished.work.value()] = finished.result;
        }
    }
    EXPECT_FALSE(results.contains(30'000));
    goes_on.release();
    EXPECT_EQ(answers_of(*inbox, 1).begin()->first, 30'000U);
}

TEST(WorkerPool, frees_the_record_of_a_handler_that_outlives_it) {
    const auto inbox = std::make_shared<Inbox>();
    std::binary_semaphore started{0};
    std::binary_semaphore goes_on{0};
    std::binary_semaphore released{0};
    {
        WorkerPool pool{
            {.threads = 1,
             .run =
                 [&](const WorkItem&, auto&, auto&) {
                     started.release();
                     goes_on.acquire();
                     return WorkResult::done;
                 },
             .release = [&](RecordHandle) { released.release(); }},
            inbox};
        pool.start(std::vector{item(1)});
        started.acquire();
    }
    goes_on.release();
    EXPECT_TRUE(released.try_acquire_for(10s));
}

TEST(WorkerPool, PC25_runs_handlers_in_the_users_executor_and_nowhere_else) {
    const auto inbox = std::make_shared<Inbox>();
    std::mutex mutex;
    std::set<std::thread::id> ran_on;  // under mutex
    std::vector<std::jthread> threads;
    std::set<std::thread::id> made;
    {
        WorkerPool pool{
            {.threads = 3,
             .run =
                 [&](const WorkItem&, auto&, auto&) {
                     const std::lock_guard lock{mutex};
                     ran_on.insert(std::this_thread::get_id());
                     return WorkResult::done;
                 },
             .release = {},
             .executor =
                 [&](std::function<void()> task) {
                     const std::lock_guard lock{mutex};
                     threads.emplace_back(std::move(task));
                     made.insert(threads.back().get_id());
                 }},
            inbox};
        for (std::uint64_t round = 0; round < 20; ++round) {
            std::vector<WorkItem> items;
            for (std::uint64_t number = 0; number < 50; ++number) {
                items.push_back(item(round * 50 + number));
            }
            pool.start(items);
            EXPECT_EQ(answers_of(*inbox, 50).size(), 50U);
        }
        EXPECT_LE(pool.running_peak(), 3U);
    }
    const std::lock_guard lock{mutex};
    EXPECT_FALSE(ran_on.empty());
    EXPECT_TRUE(std::ranges::includes(made, ran_on)) << "a handler ran on a thread of the pool";
}

}  // namespace odradek
