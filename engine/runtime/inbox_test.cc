#include "engine/runtime/inbox.h"

#include "engine/runtime/steady_clock.h"

#include <thread>

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

void post_answer(Inbox& inbox, std::uint64_t work) {
    Answers answers;
    answers.finished.push_back({.work = WorkId{work}});
    answers.reasons.push_back({WorkId{work}, "because"});
    inbox.post(answers);
    EXPECT_TRUE(answers.is_empty());
}

}  // namespace

TEST(Inbox, gives_everything_once_in_the_order_in_which_it_came) {
    Inbox inbox;
    Answers answers;
    std::vector<Event> events;
    EXPECT_FALSE(inbox.take(answers, events));
    post_answer(inbox, 1);
    post_answer(inbox, 2);
    inbox.post(Event{PauseRequested{}});
    EXPECT_TRUE(inbox.take(answers, events));
    ASSERT_EQ(answers.finished.size(), 2U);
    EXPECT_EQ(answers.finished[1].work, WorkId{2});
    EXPECT_EQ(answers.reasons.size(), 2U);
    EXPECT_EQ(events.size(), 1U);
    EXPECT_FALSE(inbox.take(answers, events));
}

TEST(Inbox, does_not_sleep_over_what_came_before) {
    Inbox inbox;
    post_answer(inbox, 1);
    const Instant now = steady_now();
    inbox.wait(now, now + 1h);  // would hang
    Answers answers;
    std::vector<Event> events;
    EXPECT_TRUE(inbox.take(answers, events));
}

TEST(Inbox, wakes_its_reader) {
    Inbox inbox;
    Answers answers;
    std::vector<Event> events;
    std::thread writer{[&] { inbox.post(Event{CommitRequested{}}); }};
    while (!inbox.take(answers, events)) {
        const Instant now = steady_now();
        inbox.wait(now, now + 1h);
    }
    writer.join();
    EXPECT_EQ(events.size(), 1U);
}

TEST(Inbox, loses_nothing_of_many_writers) {
    Inbox inbox;
    constexpr int writers = 4;
    constexpr int posts = 2'000;
    std::vector<std::thread> threads;
    for (int writer = 0; writer < writers; ++writer) {
        threads.emplace_back([&] {
            for (int post = 0; post < posts; ++post) {
                post_answer(inbox, 1);
            }
        });
    }
    std::size_t taken = 0;
    Answers answers;
    std::vector<Event> events;
    while (taken < std::size_t{writers} * posts) {
        if (inbox.take(answers, events)) {
            taken += answers.finished.size();
        } else {
            const Instant now = steady_now();
            inbox.wait(now, now + 1h);
        }
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(taken, std::size_t{writers} * posts);
    EXPECT_FALSE(inbox.take(answers, events));
}

}  // namespace odradek
