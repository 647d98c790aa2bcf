#include "scenarios/scenario_file.h"

#include "scenarios/scenario_text.h"

#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

using namespace std::chrono_literals;

std::vector<std::string> mistakes(const std::string& yaml) {
    const auto scenario = parse_scenario(yaml, "s.yml");
    std::vector<std::string> texts;
    if (scenario) return texts;
    for (const ConfigError& error : scenario.error()) {
        texts.push_back(to_string(error));
    }
    return texts;
}

constexpr const char* full = R"(title: everything at once
consumer: engine
cluster: {brokers: 3, network: {bimodal: {usual: 1ms, rare: 50ms, chance: 2%}}, resend: 1%}
topics: [{name: orders, partitions: 6}, {name: refunds, partitions: 2}]
load:
  records: 500
  arrival: {bursts: {rate: 100/s, size: 20}}
  keys: {zipf: {keys: 40, exponent: 1.25}}
  null_keys: 5%
  value_bytes: [10, 1KiB]
engine: {ordering: key, max_concurrency: 8, retry: {delay: 20ms}}
members: 2
late_members: 1
client: {assignor: cooperative_sticky, session_timeout: 6s, static_members: true}
handler:
  latency: {exponential: {mean: 2ms, cut: 1s}}
  failures: 2%
  poison: {keys: [k1, k2], answer: fail, attempts: 3}
  slow: {keys: [k3], latency: {uniform: [1s, 2s]}}
  deferred: {share: 50%, latency: 5ms, leaks: 1%, doubles: 2%}
faults:
  - {what: crash_member, within: [1s, 8s], for: 2s, times: 3}
  - {what: move_leader, at: 3s, topic: 1, partition: 0, broker: 2}
phases: {safety: 12s, liveness: 2m, restart_at_end: true}
guarantees: [at_least_once, key_order]
progress_within: 30s
expect: {broken: key_order}
)";

}  // namespace

TEST(ScenarioFile, reads_every_part) {
    const auto scenario = parse_scenario(full, "s.yml");
    ASSERT_TRUE(scenario.has_value()) << to_string(scenario.error().front());
    EXPECT_EQ(scenario->cluster.brokers, 3);
    EXPECT_EQ(scenario->topics.size(), 2U);
    EXPECT_EQ(scenario->load.arrival.law, Arrival::Law::bursts);
    EXPECT_EQ(scenario->load.keys.exponent, (Ratio{1250, 1000}));
    EXPECT_EQ(scenario->load.value_bytes_max, 1024U);
    EXPECT_EQ(scenario->engine.concurrency_max, 8U);
    EXPECT_EQ(scenario->client.assignor, GroupAssignor::cooperative_sticky);
    EXPECT_EQ(scenario->handler.poison->keys.size(), 2U);
    ASSERT_EQ(scenario->faults.size(), 2U);
    EXPECT_EQ(scenario->faults[0].times, 3U);
    EXPECT_EQ(scenario->faults[1].from, scenario->faults[1].to);
    EXPECT_EQ(scenario->expect.broken, "key_order");
}

TEST(ScenarioFile, writes_what_it_reads_back) {
    const auto scenario = parse_scenario(full, "s.yml");
    ASSERT_TRUE(scenario.has_value());
    const std::string yaml = scenario_yaml(*scenario);
    const auto again = parse_scenario(yaml, "again.yml");
    ASSERT_TRUE(again.has_value()) << yaml << to_string(again.error().front());
    EXPECT_EQ(scenario_yaml(*again), yaml);
    EXPECT_EQ(again->handler, scenario->handler);
    EXPECT_EQ(again->load, scenario->load);
    EXPECT_EQ(again->faults, scenario->faults);
    EXPECT_EQ(again->cluster, scenario->cluster);
    EXPECT_EQ(again->client, scenario->client);
}

TEST(ScenarioFile, judges_the_usual_guarantees_where_none_are_named) {
    const auto scenario = parse_scenario("title: t\nengine: {ordering: unordered}\n", "s.yml");
    ASSERT_TRUE(scenario.has_value());
    EXPECT_FALSE(scenario->guarantees.empty());
    EXPECT_EQ(std::ranges::count(scenario->guarantees, "key_order"), 0);
}

TEST(ScenarioFile, reports_all_mistakes_at_once_with_their_place_and_a_suggestion) {
    const std::vector<std::string> found = mistakes(
        "titel: t\n"
        "engine: {orderin: key}\n"
        "faults:\n"
        "  - {what: crash_membr, at: 1s}\n"
        "  - {what: crash_member}\n"
        "handler: {latency: 5}\n"
        "guarantees: [key_ordr]\n"
    );
    ASSERT_EQ(found.size(), 7U);
    EXPECT_EQ(found[0], "s.yml:1:1: field 'title' is missing");
    EXPECT_EQ(found[1], "s.yml:2:10: unknown field 'engine.orderin'; did you mean 'ordering'?");
    EXPECT_EQ(found[2], "s.yml:6:20: expected a duration such as 20ms, 5s or 2m, found '5'");
    EXPECT_TRUE(found[3].ends_with("did you mean 'crash_member'?")) << found[3];
    EXPECT_EQ(found[4], "s.yml:5:5: a fault needs `at` or `within`");
    EXPECT_TRUE(found[5].ends_with("did you mean 'key_order'?")) << found[5];
    EXPECT_EQ(found[6], "s.yml:1:1: unknown field 'titel'; did you mean 'title'?");
}

TEST(ScenarioFile, refuses_what_does_not_fit_together) {
    EXPECT_EQ(mistakes("title: t\nfaults: [{what: crash_member, at: 1s, member: 1}]\n").size(), 1U);
    EXPECT_EQ(mistakes("title: t\nfaults: [{what: crash_member, at: 20s}]\n").size(), 1U);
    EXPECT_EQ(mistakes("title: t\nfaults: [{what: compact, at: 1s, topic: 1}]\n").size(), 1U);
    EXPECT_EQ(mistakes("title: t\nfaults: [{what: compact, at: 1s, for: 2s}]\n").size(), 1U);
    EXPECT_EQ(mistakes("title: t\nexpect: {broken: partition_order}\n").size(), 1U);
    EXPECT_EQ(mistakes("title: t\nload: {keys: {uniform: 3, unique: 1}}\n").size(), 2U);
}

TEST(ScenarioFile, names_the_line_of_a_fault_that_does_not_fit) {
    const std::vector<std::string> found = mistakes(
        "title: t\n"
        "faults:\n"
        "  - {what: compact, at: 1s}\n"
        "  - {what: crash_member, at: 20s}\n"
    );
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0], "s.yml:4:5: crash_member: starts after the safety phase has ended");
}

TEST(ScenarioFile, says_that_a_file_cannot_be_read) {
    const auto scenario = load_scenario("no/such/file.yml");
    ASSERT_FALSE(scenario.has_value());
    EXPECT_EQ(scenario.error().front().what, "cannot be read");
}

}  // namespace odradek::scenarios
