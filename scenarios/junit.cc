#include "scenarios/junit.h"

#include "engine/base/markup_text.h"
#include "scenarios/catalog.h"
#include "scenarios/story.h"

#include <map>

#include <fmt/format.h>

namespace odradek::scenarios {

namespace {

std::string failures(const Scenario& scenario, const ScenarioTally& tally) {
    constexpr std::size_t shown_max = 10;
    std::string text;
    std::size_t shown = 0;
    for (const auto* list : {&tally.contract, &tally.broken, &tally.stuck}) {
        for (const SweepFailure& failure : *list) {
            if (++shown > shown_max) continue;
            text += fmt::format(
                "seed {}: {}\n  {}\n",
                failure.seed,
                failure.guarantee,
                replay_command(full_name(scenario), failure.seed)
            );
        }
    }
    if (shown > shown_max) text += fmt::format("{} more\n", shown - shown_max);
    return text;
}

std::string test_case(const Scenario& scenario, const ScenarioTally& tally) {
    const double seconds = std::chrono::duration<double>(tally.wall_time).count();
    std::string xml = fmt::format(
        R"(    <testcase classname="chaos.{}" name="{}" time="{:.3f}")",
        escaped(scenario.group),
        escaped(scenario.name),
        seconds
    );
    if (tally.is_as_expected(scenario.expect)) return xml + "/>\n";
    const std::string message =
        scenario.expect.broken
            ? fmt::format("{} did not break in {} seeds", *scenario.expect.broken, tally.seeds)
            : fmt::format("{} of {} seeds did not hold", tally.seeds - tally.held, tally.seeds);
    xml += fmt::format(
        ">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
        escaped(message),
        escaped(failures(scenario, tally))
    );
    return xml;
}

}  // namespace

std::string junit_xml(
    const std::vector<Scenario>& scenarios, const std::vector<ScenarioTally>& tallies
) {
    struct Suite {
        std::string cases;
        int tests = 0;
        int failures = 0;
    };
    std::map<std::string, Suite> suites;
    for (std::size_t index = 0; index < scenarios.size(); ++index) {
        Suite& suite = suites[scenarios[index].group];
        suite.cases += test_case(scenarios[index], tallies[index]);
        ++suite.tests;
        if (!tallies[index].is_as_expected(scenarios[index].expect)) ++suite.failures;
    }
    std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
    for (const auto& [group, suite] : suites) {
        xml += fmt::format(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n{}  </testsuite>\n",
            escaped(group),
            suite.tests,
            suite.failures,
            suite.cases
        );
    }
    return xml + "</testsuites>\n";
}

}  // namespace odradek::scenarios
