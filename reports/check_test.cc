#include "reports/check.h"

#include "reports/check_page.h"
#include "simulator/checkers/judge.h"

#include <chrono>

#include <gtest/gtest.h>

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
    EXPECT_EQ(result->service.size(), 3U);
    EXPECT_EQ(result->service[0].records, 1200U);
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
