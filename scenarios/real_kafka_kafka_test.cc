// One scenario file, two worlds, the same checkers (TK-1, TK-7).

#include "engine/local_kafka/kafka_fixture.h"
#include "scenarios/catalog.h"
#include "scenarios/kept_kafka.h"
#include "scenarios/real_kafka.h"
#include "scenarios/run.h"

#include <algorithm>

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
        const auto real = run_on_kafka(scenario, {.seed = 7}, {.brokers = bootstrap()});
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
    const auto real = run_on_kafka(scenario, {.seed = 7}, {.brokers = bootstrap()});
    ASSERT_TRUE(real.has_value()) << to_string(real.error());
    EXPECT_TRUE(real->verdict.breaks("key_order")) << text_of(real->verdict);
}

TEST_F(RealKafkaTest, says_what_only_the_simulator_can_do) {
    const Scenario scenario = from_catalog("rebalance/cut-off-member");
    const auto real = run_on_kafka(scenario, {.seed = 1}, {.brokers = bootstrap()});
    ASSERT_FALSE(real.has_value());
    EXPECT_EQ(real.error().code, Errc::invalid_options);
    EXPECT_NE(real.error().what.find("cut_link"), std::string::npos) << real.error().what;
}

namespace {

std::ptrdiff_t count(const RunReport& report, TraceEvent::Kind kind, std::string_view detail) {
    return std::ranges::count_if(report.trace, [&](const TraceEvent& event) {
        return event.kind == kind && event.detail.starts_with(detail);
    });
}

}  // namespace

// One cluster of three brokers for both, ended with the test.
TEST_F(RealKafkaTest, TK7_loses_nothing_when_processes_and_brokers_are_killed) {
    auto kafka = KeptKafka::start(3, {});
    ASSERT_TRUE(kafka.has_value()) << kafka.error().what;
    const RealWorld world{.brokers = (*kafka)->bootstrap(), .kafka = kafka->get()};
    const Scenario kills = from_catalog("kafka/process-kills");
    const auto killed = run_on_kafka(kills, {.seed = 1, .keep_trace = true}, world);
    ASSERT_TRUE(killed.has_value()) << to_string(killed.error());
    EXPECT_EQ(killed->verdict.kind, Verdict::Kind::held) << text_of(killed->verdict);
    EXPECT_EQ(count(*killed, TraceEvent::Kind::member_down, "crashed"), 3);
    EXPECT_EQ(count(*killed, TraceEvent::Kind::fault_on, "freeze member"), 1);

    const Scenario restarts = from_catalog("kafka/broker-restarts");
    const auto restarted = run_on_kafka(restarts, {.seed = 1, .keep_trace = true}, world);
    ASSERT_TRUE(restarted.has_value()) << to_string(restarted.error());
    EXPECT_EQ(restarted->verdict.kind, Verdict::Kind::held) << text_of(restarted->verdict);
    EXPECT_EQ(count(*restarted, TraceEvent::Kind::fault_on, "crash broker"), 2);
    EXPECT_EQ(restarted->records, restarts.load.records) << "each record was acknowledged";
}

}  // namespace odradek::scenarios
