#include "scenarios/swarm.h"

#include "scenarios/catalog.h"
#include "scenarios/run.h"
#include "scenarios/scenario_text.h"

#include <array>
#include <set>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

std::vector<Scenario> swarm_of(const std::string& word) {
    const std::array words{"swarm:" + word};
    auto scenarios = load_scenarios(words);
    EXPECT_TRUE(scenarios.has_value());
    return std::move(*scenarios);
}

}  // namespace

TEST(Swarm, draws_the_same_variant_from_the_same_seed_and_others_from_others) {
    const Scenario scenario = swarm_of("rebalance/crash-and-return").front();
    std::set<std::string> drawn;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const std::string yaml = scenario_yaml(swarm_variant(scenario, seed));
        EXPECT_EQ(yaml, scenario_yaml(swarm_variant(scenario, seed)));
        drawn.insert(yaml);
    }
    EXPECT_GE(drawn.size(), 18U);
}

TEST(Swarm, leaves_faults_out_makes_them_wild_and_adds_others) {
    const Scenario scenario = swarm_of("rebalance/crash-and-return").front();
    std::set<std::size_t> counts;
    bool is_wild = false;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const Scenario variant = swarm_variant(scenario, seed);
        counts.insert(variant.faults.size());
        for (const Fault& fault : variant.faults) {
            is_wild = is_wild || fault.times > scenario.faults.front().times;
        }
    }
    EXPECT_EQ(counts, (std::set<std::size_t>{0, 1, 2}));
    EXPECT_TRUE(is_wild);
}

TEST(Swarm, is_called_and_replayed_by_its_name_and_seed) {
    const Scenario scenario = swarm_of("ordering/hot-key").front();
    EXPECT_EQ(full_name(scenario), "swarm:ordering/hot-key");
    const RunReport one = run_simulated(scenario, {.seed = 5, .hash_trace = true});
    const RunReport again = run_simulated(scenario, {.seed = 5, .hash_trace = true});
    const RunReport plain =
        run_simulated(swarm_variant(scenario, 5), {.seed = 5, .hash_trace = true});
    EXPECT_EQ(one.trace_sha256, again.trace_sha256);
    EXPECT_EQ(one.trace_sha256, plain.trace_sha256) << "a variant is a scenario like any other";
}

TEST(Swarm, holds_whatever_it_draws) {
    const std::vector<Scenario> scenarios = swarm_of("commit");
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        const Scenario& scenario = scenarios[swarm_choice(scenarios.size(), seed)];
        const RunReport report = run_simulated(scenario, {.seed = seed});
        EXPECT_EQ(report.verdict.kind, Verdict::Kind::held)
            << full_name(scenario) << " " << seed << ": " << report.verdict.why
            << (report.verdict.violations.empty() ? "" : report.verdict.violations.front().what);
    }
}

}  // namespace odradek::scenarios
