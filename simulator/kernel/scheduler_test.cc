#include "simulator/kernel/scheduler.h"

#include "engine/base/random.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using std::chrono::milliseconds;

Instant at(int ms) {
    return Instant{milliseconds{ms}};
}

TEST(Scheduler, runs_events_of_one_instant_in_the_order_in_which_they_were_asked_for) {
    Scheduler scheduler;
    std::vector<int> ran;
    for (int i = 0; i < 20; ++i) {
        scheduler.at(at(5), world_process, [&ran, i] { ran.push_back(i); });
    }
    scheduler.run_until(at(5));
    ASSERT_EQ(ran.size(), 20U);
    EXPECT_TRUE(std::is_sorted(ran.begin(), ran.end()));
}

TEST(Scheduler, runs_ten_thousand_events_in_the_order_of_their_instants) {
    Scheduler scheduler;
    Random random{7};
    std::vector<std::pair<Instant, int>> ran;
    for (int i = 0; i < 10'000; ++i) {
        const Instant when = at(static_cast<int>(random.below(100)));
        scheduler.at(when, world_process, [&ran, &scheduler, i] {
            ran.emplace_back(scheduler.now(), i);
        });
    }
    scheduler.run_until(at(100));
    ASSERT_EQ(ran.size(), 10'000U);
    EXPECT_TRUE(std::is_sorted(ran.begin(), ran.end()));
}

TEST(Scheduler, time_stands_where_it_was_told_to_run_until) {
    Scheduler scheduler;
    int runs = 0;
    scheduler.at(at(10), world_process, [&runs] { ++runs; });
    scheduler.run_until(at(9));
    EXPECT_EQ(runs, 0);
    EXPECT_EQ(scheduler.now(), at(9));
    scheduler.run_until(at(10));
    EXPECT_EQ(runs, 1);
}

TEST(Scheduler, a_killed_process_does_nothing_more_and_its_next_life_does) {
    Scheduler scheduler;
    const ProcessId process = scheduler.add_process();
    int first = 0;
    int second = 0;
    scheduler.at(at(1), process, [&first] { ++first; });
    scheduler.kill(process);
    scheduler.at(at(1), process, [&second] { ++second; });
    scheduler.run_until(at(2));
    EXPECT_EQ(first, 0);
    EXPECT_EQ(second, 1);
}

TEST(Scheduler, a_frozen_process_catches_up_in_order_when_it_thaws) {
    Scheduler scheduler;
    const ProcessId process = scheduler.add_process();
    std::vector<std::pair<Instant, int>> ran;
    for (int i = 1; i <= 3; ++i) {
        scheduler.at(at(i), process, [&ran, &scheduler, i] {
            ran.emplace_back(scheduler.now(), i);
        });
    }
    scheduler.freeze(process);
    scheduler.run_until(at(2));
    EXPECT_TRUE(ran.empty());
    scheduler.thaw(process);
    scheduler.run_until(at(10));
    const std::vector<std::pair<Instant, int>> expected = {{at(2), 1}, {at(2), 2}, {at(3), 3}};
    EXPECT_EQ(ran, expected);
}

TEST(Scheduler, a_process_killed_while_frozen_does_not_catch_up) {
    Scheduler scheduler;
    const ProcessId process = scheduler.add_process();
    int runs = 0;
    scheduler.at(at(1), process, [&runs] { ++runs; });
    scheduler.freeze(process);
    scheduler.run_until(at(2));
    scheduler.kill(process);
    scheduler.run_until(at(3));
    EXPECT_EQ(runs, 0);
}

}  // namespace
}  // namespace odradek::sim
