// What an arm breaks: its twin in the simulator, judged by the checkers.

#include "odradek/contract.h"

#include "reports/compare/arm.h"
#include "reports/compare/measure.h"
#include "scenarios/run.h"
#include "scenarios/scenario_file.h"

#include <set>

namespace odradek::reports {

namespace {

constexpr std::uint64_t seeds = 20;

constexpr const char* bad_day = R"(
title: some handlers fail, and one of two members dies
topics: [{name: orders, partitions: 2}]
load: {records: 200, arrival: {constant: 200/s}, keys: {uniform: 20}}
engine: {concurrency_max: 8, retry: {delay: 10ms}}
members: 2
client: {session_timeout: 6s}
handler: {latency: {uniform: [0ms, 5ms]}, failures: 2%}
faults:
  - {what: crash_member, within: [300ms, 900ms], for: 1s}
phases: {safety: 3s, liveness: 2m}
guarantees:
  - at_least_once
  - commit_never_goes_back
  - commit_never_passes_unfinished
  - key_order
  - one_in_flight_per_key
)";

}  // namespace

std::vector<std::string> judged_broken(std::string_view arm) {
    const ArmRow* row = find_arm(arm);
    if (row == nullptr || row->twin.empty()) return {};
    auto scenario = scenarios::parse_scenario(bad_day, "bad-day");
    expects(scenario.has_value());
    scenario->consumer = row->twin;
    scenario->engine.ordering = row->ordering.value_or(Ordering::key);
    std::set<std::string> broken;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const scenarios::RunReport report = scenarios::run_simulated(*scenario, {.seed = seed});
        for (const sim::Violation& violation : report.verdict.violations) {
            broken.insert(violation.guarantee);
        }
    }
    return {broken.begin(), broken.end()};
}

}  // namespace odradek::reports
