#include "scenarios/page.h"

#include "scenarios/catalog.h"
#include "scenarios/run.h"

#include <array>
#include <regex>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

Scenario from_catalog(const std::string& name) {
    const std::array words{name};
    auto scenarios = load_scenarios(words);
    EXPECT_TRUE(scenarios.has_value());
    return scenarios->front();
}

std::ptrdiff_t count(const std::string& text, const std::string& what) {
    const std::regex pattern(what);
    return std::distance(
        std::sregex_iterator(text.begin(), text.end(), pattern), std::sregex_iterator()
    );
}

}  // namespace

TEST(Page, shows_the_overlapping_runs_that_break_a_guarantee) {
    const Scenario scenario = from_catalog("baselines/key-chains-overlap");
    RunReport report;
    for (std::uint64_t seed = 1; !report.verdict.breaks("one_in_flight_per_key"); ++seed) {
        ASSERT_LE(seed, 100U);
        report = run_simulated(scenario, {.seed = seed, .keep_trace = true});
    }
    const std::string page = run_page({scenario, report, "odradek chaos replay x", {}});
    EXPECT_EQ(count(page, "<svg "), 2) << "around the failure, and the whole run";
    EXPECT_GE(count(page, "class=pn"), 1) << "what proves it is marked";
    EXPECT_GE(count(page, "member 0, epoch"), 1);
    EXPECT_NE(page.find("odradek chaos replay x"), std::string::npos);
    EXPECT_EQ(count(page, "(src|href)="), 0) << "it opens without anything else";
    EXPECT_NE(page.find("prefers-color-scheme:dark"), std::string::npos);
}

TEST(Page, marks_crashes_and_faults_of_a_run_that_held) {
    const Scenario scenario = from_catalog("rebalance/zombie-after-a-freeze");
    const RunReport report = run_simulated(scenario, {.seed = 1, .keep_trace = true});
    const std::string page = run_page({scenario, report, {}, {}});
    EXPECT_EQ(count(page, "<svg "), 1);
    EXPECT_GE(count(page, "class=\"fault\""), 1);
    EXPECT_GE(count(page, "freeze member"), 1);
    EXPECT_GE(count(page, "class=\"c\""), 1) << "commits";
    EXPECT_EQ(count(page, "class=pn"), 0);
}

TEST(Page, lists_a_sweep_with_its_first_failures_and_the_probes_it_missed) {
    const std::vector<Scenario> scenarios{from_catalog("ordering/hot-key")};
    ScenarioTally tally{.seeds = 2, .held = 1};
    tally.stuck.push_back({7, "nothing moves <here>"});
    RunReport report = run_simulated(scenarios[0], {.seed = 7, .keep_trace = true});
    report.verdict.kind = Verdict::Kind::stuck;
    report.verdict.why = "nothing moves <here>";
    const std::vector<ScenarioTally> tallies{tally};
    const ToldSweep sweep{
        .scenarios = scenarios,
        .tallies = tallies,
        .heading = "2 runs",
        .probes_missing = {"never seen"},
        .failures = {{scenarios[0], report, {}, "title: small"}}};
    const std::string page = sweep_page(sweep);
    EXPECT_NE(page.find("ordering/hot-key, seed 7"), std::string::npos);
    EXPECT_NE(page.find("Never reached: never seen."), std::string::npos);
    EXPECT_NE(page.find("nothing moves &lt;here&gt;"), std::string::npos);
    EXPECT_NE(page.find("title: small"), std::string::npos);
    EXPECT_NE(page.find("not passed"), std::string::npos);
}

}  // namespace odradek::scenarios
