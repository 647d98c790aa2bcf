#include "scenarios/sweep_report.h"

#include "scenarios/catalog.h"
#include "scenarios/story.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace odradek::scenarios {

namespace {

using Json = nlohmann::json;

Json failures_json(const std::vector<SweepFailure>& failures, const Scenario& scenario) {
    Json list = Json::array();
    for (const SweepFailure& failure : failures) {
        list.push_back(
            {{"seed", failure.seed},
             {"guarantee", failure.guarantee},
             {"replay", replay_command(full_name(scenario), failure.seed)}}
        );
    }
    return list;
}

std::set<std::string> reached_probes(const std::vector<ScenarioTally>& tallies) {
    std::set<std::string> probes;
    for (const ScenarioTally& tally : tallies) {
        probes.insert(tally.probes.begin(), tally.probes.end());
    }
    return probes;
}

std::string scenario_lines(const Scenario& scenario, const ScenarioTally& tally) {
    const bool passed = tally.is_as_expected(scenario.expect);
    std::string text = fmt::format(
        "{} {:<46} {:>6} {:>6} {:>6} {:>6}\n",
        passed ? "ok  " : "FAIL",
        full_name(scenario),
        tally.seeds,
        tally.held,
        tally.broken.size(),
        tally.stuck.size() + tally.contract.size()
    );
    std::size_t shown = 0;
    for (const auto* list : {&tally.contract, &tally.broken, &tally.stuck}) {
        for (const SweepFailure& failure : *list) {
            if (++shown > (passed ? 1U : 3U)) return text;
            text += fmt::format(
                "       {}: {}\n",
                failure.guarantee,
                replay_command(full_name(scenario), failure.seed)
            );
        }
    }
    return text;
}

}  // namespace

bool is_passed(const std::vector<Scenario>& scenarios, const std::vector<ScenarioTally>& tallies) {
    for (std::size_t index = 0; index < scenarios.size(); ++index) {
        // A swarm may not have drawn it.
        if (tallies[index].seeds == 0) continue;
        if (!tallies[index].is_as_expected(scenarios[index].expect)) return false;
    }
    return true;
}

std::string sweep_json(
    const std::vector<Scenario>& scenarios, const std::vector<ScenarioTally>& tallies
) {
    Json list = Json::array();
    for (std::size_t index = 0; index < scenarios.size(); ++index) {
        const ScenarioTally& tally = tallies[index];
        const bool as_expected = tally.is_as_expected(scenarios[index].expect);
        list.push_back(
            {{"name", full_name(scenarios[index])},
             {"seeds", tally.seeds},
             {"held", tally.held},
             {"broken", failures_json(tally.broken, scenarios[index])},
             {"stuck", failures_json(tally.stuck, scenarios[index])},
             {"contract", failures_json(tally.contract, scenarios[index])},
             {"virtual_s", std::chrono::duration<double>(tally.virtual_time).count()},
             {"wall_s", std::chrono::duration<double>(tally.wall_time).count()},
             {"records", tally.records},
             {"handled", tally.handled},
             {"probes", tally.probes},
             {"passed", as_expected}}
        );
    }
    const SweepAverages means = averages(tallies);
    const Json summary{
        {"scenarios", list},
        {"averages",
         {{"records", means.records}, {"faults", means.faults}, {"members", means.members}}},
        {"probes_reached", reached_probes(tallies)},
        {"probes_missing", missing_probes(tallies)},
        {"passed", is_passed(scenarios, tallies)}};
    return summary.dump(2) + "\n";
}

std::string sweep_text(
    const std::vector<Scenario>& scenarios, const std::vector<ScenarioTally>& tallies
) {
    std::string text = fmt::format(
        "     {:<46} {:>6} {:>6} {:>6} {:>6}\n", "", "seeds", "held", "broken", "stuck"
    );
    for (std::size_t index = 0; index < scenarios.size(); ++index) {
        if (tallies[index].seeds > 0) text += scenario_lines(scenarios[index], tallies[index]);
    }
    const SweepAverages means = averages(tallies);
    text += fmt::format(
        "a run has on average {:.0f} records, {:.1f} faults, {:.1f} members\n",
        means.records,
        means.faults,
        means.members
    );
    text += fmt::format("probes reached: {}\n", fmt::join(reached_probes(tallies), ", "));
    if (const auto missing = missing_probes(tallies); !missing.empty()) {
        text += fmt::format("probes never reached: {}\n", fmt::join(missing, ", "));
    }
    return text + (is_passed(scenarios, tallies) ? "passed\n" : "not passed\n");
}

}  // namespace odradek::scenarios
