// One scenario file, two worlds, the same checkers (TK-1, TK-7).

#include "engine/local_kafka/kafka_fixture.h"
#include "scenarios/catalog.h"
#include "scenarios/real_kafka.h"
#include "scenarios/run.h"

namespace odradek::scenarios {

namespace {

using RealKafkaTest = local_kafka::KafkaTest;

Scenario from_catalog(const std::string& name) {
    auto scenarios = load_scenarios(std::vector{name});
    if (!scenarios || scenarios->size() != 1) throw std::runtime_error("no scenario " + name);
    return std::move(scenarios->front());
}

std::string text_of(const Verdict& verdict) {
    std::string text{name_of(verdict.kind)};
    text += " " + verdict.why;
    for (const sim::Violation& violation : verdict.violations) {
        text += "; " + violation.guarantee + ": " + violation.what;
    }
    return text;
}

}  // namespace

TEST_F(RealKafkaTest, TK1_TK7_judges_one_scenario_alike_in_both_worlds) {
    for (const char* name :
         {"ordering/key-order-under-retries", "commit/clean-stop-replays-nothing"}) {
        const Scenario scenario = from_catalog(name);
        const RunReport simulated = run_simulated(scenario, {.seed = 7});
        const auto real = run_on_kafka(scenario, {.seed = 7}, bootstrap());
        ASSERT_TRUE(real.has_value()) << name << ": " << to_string(real.error());
        EXPECT_EQ(simulated.verdict.kind, Verdict::Kind::held)
            << name << text_of(simulated.verdict);
        EXPECT_EQ(real->verdict.kind, Verdict::Kind::held) << name << text_of(real->verdict);
        EXPECT_EQ(real->records, simulated.records);
        EXPECT_GT(real->handled, real->records) << "some attempts failed, as the file says";
    }
}

TEST_F(RealKafkaTest, TK7_gives_a_trace_that_shows_a_broken_promise) {
    Scenario scenario = from_catalog("ordering/key-order-under-retries");
    scenario.engine.ordering = Ordering::unordered;  // run so, and judged by key all the same
    scenario.guarantees = {"key_order"};
    scenario.members = 1;
    const auto real = run_on_kafka(scenario, {.seed = 7}, bootstrap());
    ASSERT_TRUE(real.has_value()) << to_string(real.error());
    EXPECT_TRUE(real->verdict.breaks("key_order")) << text_of(real->verdict);
}

TEST_F(RealKafkaTest, says_what_only_the_simulator_can_do) {
    const Scenario scenario = from_catalog("rebalance/zombie-after-a-freeze");
    const auto real = run_on_kafka(scenario, {.seed = 1}, bootstrap());
    ASSERT_FALSE(real.has_value());
    EXPECT_EQ(real.error().code, Errc::invalid_options);
    EXPECT_NE(real.error().what.find("freeze_member"), std::string::npos) << real.error().what;
}

}  // namespace odradek::scenarios
