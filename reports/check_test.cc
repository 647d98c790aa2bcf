#include "reports/check.h"

#include "reports/check_page.h"
#include "simulator/checkers/judge.h"

#include <algorithm>
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace odradek::reports {

namespace {

using namespace std::chrono_literals;

Deployment small_deployment() {
    Deployment deployment;
    deployment.name = "<orders>";
    deployment.partitions = 4;
    deployment.engine.commit.interval = 500ms;
    deployment.arrivals = {.count = 20, .per = 1s};
    deployment.members = 2;
    deployment.chaos_scenarios = "ordering/hot-key";
    deployment.chaos_seeds = 2;
    deployment.gates.min_throughput = Rate{.count = 10, .per = 1s};
    deployment.gates.max_over_mean = 1.5;
    return deployment;
}

}  // namespace

TEST(Check, TK8_runs_chaos_and_the_services_own_load_and_judges_the_gates) {
    const auto result = check(small_deployment(), {});
    ASSERT_TRUE(result.has_value()) << to_string(result.error().front());
    EXPECT_TRUE(result->passed()) << check_text(*result);
    EXPECT_EQ(result->tallies.size(), 1U);
    EXPECT_EQ(result->tallies[0].seeds, 2U);
    EXPECT_EQ(result->service.size(), 5U);
    EXPECT_EQ(result->run_on(ServiceRun::Day::calm)->records, 1200U);
    EXPECT_EQ(result->run_on(ServiceRun::Day::crash)->records, 1200U);
    const std::string html = check_html(*result);
    EXPECT_NE(html.find("&lt;orders&gt;"), std::string::npos);
    EXPECT_EQ(html.find("<orders>"), std::string::npos);
    EXPECT_EQ(html.find("http"), std::string::npos) << "the page must open offline";
}

TEST(Check, fails_a_gate_that_does_not_hold_and_passes_none_unmeasured) {
    Deployment deployment = small_deployment();
    deployment.gates.min_throughput = Rate{.count = 1000, .per = 1s};
    const auto result = check(deployment, {});
    ASSERT_TRUE(result.has_value());
    EXPECT_FALSE(result->passed());
    EXPECT_EQ(result->gates[0].name, "max_over_mean");
    EXPECT_FALSE(result->gates[0].passed.has_value());
}

TEST(Check, TK8_judges_the_keys_of_the_sample_and_shows_how_they_spread) {
    auto sample = load_deployment("reports/sample/orders.yaml");
    ASSERT_TRUE(sample.has_value());
    sample->chaos_scenarios = "ordering/hot-key";
    sample->chaos_seeds = 1;
    sample->arrivals = {.count = 20, .per = 1s};
    sample->gates.min_throughput = std::nullopt;
    sample->gates.max_hot_key = Ratio{.part = 1, .whole = 1'000};
    const auto result = check(*sample, {});
    ASSERT_TRUE(result.has_value()) << to_string(result.error().front());
    const auto gate = [&](const std::string& name) {
        const auto found = std::ranges::find(result->gates, name, &GateResult::name);
        EXPECT_NE(found, result->gates.end()) << name;
        return found == result->gates.end() ? GateResult{} : *found;
    };
    EXPECT_EQ(gate("max_over_mean").passed, true);
    EXPECT_EQ(gate("max_over_mean").limit, "1.5");
    EXPECT_EQ(gate("min_speedup").passed, true);
    EXPECT_EQ(gate("min_speedup").value, "300");  // handlers of three members; the keys allow 332
    EXPECT_EQ(gate("max_hot_key").passed, false);
    EXPECT_FALSE(result->passed());
    const auto json = nlohmann::json::parse(check_json(*result));
    EXPECT_EQ(json.at("distribution").at("distinct_keys"), 2000);
    EXPECT_EQ(json.at("distribution").at("levels")[0].at("load").size(), 12U);
    EXPECT_THAT(check_html(*result), testing::HasSubstr("of 2000 keys"));
    EXPECT_THAT(
        check_junit(*result), testing::HasSubstr("name=\"gate max_hot_key\">\n    <failure")
    );
}

TEST(Check, measures_latency_on_a_calm_day_and_how_much_more_the_members_could_take) {
    Deployment deployment = small_deployment();
    deployment.handler.latency = {
        .kind = scenarios::Latency::Kind::fixed, .low = 20ms, .high = {}, .rare = {}};
    deployment.gates.max_latency = 10ms;
    const auto result = check(deployment, {});
    ASSERT_TRUE(result.has_value());
    const ServiceRun& calm = *result->run_on(ServiceRun::Day::calm);
    EXPECT_GE(calm.latency_p50, 20ms);
    EXPECT_LT(calm.latency_p99, 1s);
    EXPECT_GT(result->run_on(ServiceRun::Day::saturated)->records_per_s, 2 * calm.records_per_s);
    const auto gate = std::ranges::find(result->gates, "max_latency", &GateResult::name);
    ASSERT_NE(gate, result->gates.end());
    EXPECT_EQ(gate->passed, false);
}

TEST(Check, tells_what_is_unsafe_and_fails_on_it_only_when_asked) {
    Deployment deployment = small_deployment();
    const auto lenient = check(deployment, {});  // retries without limit are the default
    ASSERT_TRUE(lenient.has_value());
    EXPECT_TRUE(lenient->passed());
    EXPECT_THAT(check_text(*lenient), testing::HasSubstr("UNSAFE engine.retry.attempts_max"));
    EXPECT_THAT(check_html(*lenient), testing::HasSubstr("engine.retry.attempts_max"));
    deployment.gates.unsafe_settings = 0;
    const auto strict = check(deployment, {});
    ASSERT_TRUE(strict.has_value());
    EXPECT_FALSE(strict->passed());
}

TEST(Check, names_a_set_of_scenarios_that_is_not_there) {
    Deployment deployment = small_deployment();
    deployment.chaos_scenarios = "standrad";
    const auto result = check(deployment, {});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().front().help, "did you mean 'standard'?");
}

TEST(Check, judges_scenarios_by_the_ordering_of_the_service) {
    Deployment deployment = small_deployment();
    deployment.engine.ordering = Ordering::unordered;
    scenarios::Scenario scenario;
    scenario.guarantees = {"at_least_once", "key_order"};
    EXPECT_EQ(adapted(scenario, deployment).guarantees, std::vector<std::string>{"at_least_once"});
    scenario.guarantees = sim::usual_guarantees(Ordering::key);
    EXPECT_EQ(adapted(scenario, deployment).guarantees, sim::usual_guarantees(Ordering::unordered));
}

}  // namespace odradek::reports
