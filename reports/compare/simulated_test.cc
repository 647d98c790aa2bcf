#include "reports/compare/simulated.h"

#include <gtest/gtest.h>

namespace odradek::reports {

namespace {

using namespace std::chrono_literals;

Workload sleeping(std::uint64_t records) {
    Workload workload{.records = records, .partitions = 3, .concurrency = 50};
    workload.keys.count = records;
    workload.handler = {.kind = HandlerWork::Kind::sleep, .low = 20ms, .high = 20ms};
    return workload;
}

}  // namespace

TEST(Simulated, TK5_PF10_the_engine_comes_near_the_ideal_and_a_plain_loop_does_not) {
    const Workload workload = sleeping(2'000);
    const auto engine = simulate(*find_arm("engine-key"), workload, {}, 1);
    const auto vanilla = simulate(*find_arm("vanilla"), workload, {}, 1);
    ASSERT_TRUE(engine.has_value() && vanilla.has_value());
    EXPECT_EQ(engine->failure, "");
    EXPECT_EQ(engine->handled, 2'000U);
    EXPECT_EQ(engine->peak_in_flight, 50U);
    EXPECT_GE(engine->elapsed_s, 0.8);
    EXPECT_LT(engine->elapsed_s, 0.9);
    EXPECT_GE(vanilla->elapsed_s, 40);
}

TEST(Simulated, TK5_equal_seeds_give_equal_runs) {
    const Workload workload = sleeping(500);
    const auto one = simulate(*find_arm("engine-unordered"), workload, {}, 7);
    const auto other = simulate(*find_arm("engine-unordered"), workload, {}, 7);
    EXPECT_EQ(one->elapsed_s, other->elapsed_s);
}

TEST(Simulated, TK5_PF10_the_machines_delay_counts_for_each_record) {
    const Workload workload = sleeping(500);
    const auto fast = simulate(*find_arm("engine-key"), workload, {}, 1);
    const auto slow = simulate(*find_arm("engine-key"), workload, {.wake_up = 20ms}, 1);
    EXPECT_GT(slow->elapsed_s, 1.9 * fast->elapsed_s);
}

TEST(Simulated, TK5_says_what_it_cannot_tell) {
    Workload workload = sleeping(10);
    EXPECT_FALSE(simulate(*find_arm("raw-librdkafka"), workload, {}, 1).has_value());
    workload.handler = {};
    EXPECT_FALSE(simulate(*find_arm("engine-key"), workload, {}, 1).has_value());
}

TEST(Simulated, TK5_leaves_arms_without_a_twin_out_and_says_so) {
    const Plan plan{
        .repeat = 2,
        .cells = {{.workload = sleeping(100), .arms = {"bare-pool-key", "engine-key"}}}};
    std::string told;
    const auto results =
        simulate_plan(plan, {}, [&](const std::string& arm, const std::string&) { told += arm; });
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].world, "simulated");
    EXPECT_EQ(results[0].runs.size(), 2U);
    EXPECT_EQ(told, "bare-pool-key");
}

}  // namespace odradek::reports
