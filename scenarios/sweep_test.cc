#include "scenarios/sweep.h"

#include <csignal>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

namespace odradek::scenarios {

namespace {

/// Even seeds hold, odd ones break, and seed 13 kills its process.
RunReport pretend(const Scenario&, const RunRequest& request) {
    if (request.seed == 13) kill(getpid(), SIGKILL);
    RunReport report{.seed = request.seed};
    report.handled = request.seed;
    if (request.seed % 2 == 1) {
        report.verdict.kind = Verdict::Kind::broken;
        report.verdict.violations = {{"key_order", "x", {}}, {"key_order", "y", {}}};
    }
    return report;
}

std::vector<Scenario> two_scenarios() {
    std::vector<Scenario> scenarios(2);
    scenarios[0].name = "a";
    scenarios[1].name = "b";
    return scenarios;
}

}  // namespace

TEST(Sweep, deals_runs_evenly_and_seeds_upwards) {
    const auto items = sweep_items({.scenario_count = 2, .total = 5, .from = 10});
    ASSERT_EQ(items.size(), 5U);
    EXPECT_EQ(items[0].scenario, 0U);
    EXPECT_EQ(items[1].scenario, 1U);
    EXPECT_EQ(items[1].seed, 10U);
    EXPECT_EQ(items[4].seed, 12U);
}

TEST(Sweep, splits_one_list_over_shards) {
    std::multiset<std::pair<std::size_t, std::uint64_t>> together;
    for (std::uint64_t shard = 1; shard <= 3; ++shard) {
        for (const SweepItem& item :
             sweep_items({.scenario_count = 2, .total = 11, .shard = shard, .shards = 3})) {
            together.emplace(item.scenario, item.seed);
        }
    }
    std::multiset<std::pair<std::size_t, std::uint64_t>> whole;
    for (const SweepItem& item : sweep_items({.scenario_count = 2, .total = 11})) {
        whole.emplace(item.scenario, item.seed);
    }
    EXPECT_EQ(together, whole);
}

TEST(Sweep, TK4_brings_every_result_back_from_its_process) {
    const auto scenarios = two_scenarios();
    const auto items = sweep_items({.scenario_count = 2, .total = 20, .from = 0});
    std::size_t seen = 0;
    const auto results = sweep(
        scenarios,
        items,
        &pretend,
        {.jobs = 3, .progress = [&](const SweepResult&, std::size_t count) { seen = count; }}
    );
    ASSERT_EQ(results.size(), 20U);
    EXPECT_EQ(seen, 20U);
    for (std::size_t item = 0; item < items.size(); ++item) {
        EXPECT_EQ(results[item].item, item);
        EXPECT_EQ(results[item].handled, items[item].seed);
    }
    const auto tallies = tally(scenarios, items, results);
    EXPECT_EQ(tallies[0].seeds, 10U);
    EXPECT_EQ(tallies[0].held, 5U);
    EXPECT_EQ(tallies[0].broken.size(), 5U);
    EXPECT_FALSE(tallies[0].is_as_expected({}));
    EXPECT_TRUE(tallies[0].is_as_expected({.broken = "key_order"}));
    EXPECT_FALSE(tallies[0].is_as_expected({.broken = "at_least_once"}));
}

TEST(Sweep, survives_a_run_that_kills_its_process) {
    const std::vector<Scenario> scenarios(1);
    const auto items = sweep_items({.scenario_count = 1, .total = 6, .from = 10});
    const auto results = sweep(scenarios, items, &pretend, {.jobs = 1, .progress = {}});
    ASSERT_EQ(results.size(), 6U);
    EXPECT_EQ(results[3].kind, Verdict::Kind::contract);
    EXPECT_EQ(results[3].why, "the process of the run ended by signal 9");
    EXPECT_EQ(results[4].kind, Verdict::Kind::held);
    EXPECT_FALSE(tally(scenarios, items, results)[0].is_as_expected({.broken = "key_order"}));
}

}  // namespace odradek::scenarios
