#include "engine/base/markup_text.h"
#include "reports/check_page.h"
#include "scenarios/catalog.h"
#include "scenarios/story.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace odradek::reports {

namespace {

using Json = nlohmann::json;

Json gate_json(const GateResult& gate) {
    return {
        {"name", gate.name},
        {"limit", gate.limit},
        {"value", gate.value},
        {"passed", gate.passed ? Json(*gate.passed) : Json(nullptr)},
    };
}

}  // namespace

std::string_view state_of(const GateResult& gate) {
    if (!gate.passed) return "not measured";
    return *gate.passed ? "passed" : "failed";
}

double milliseconds(Duration span) {
    return std::chrono::duration<double, std::milli>(span).count();
}

double headroom(const CheckResult& result) {
    const ServiceRun* const most = result.run_on(ServiceRun::Day::saturated);
    const double asked = static_cast<double>(result.arrivals.count) /
                         std::chrono::duration<double>(result.arrivals.per).count();
    return most == nullptr ? 0 : most->records_per_s / asked;
}

std::string keys_text(const DistributionReport& report) {
    const Distribution& judged = report.distribution;
    const LevelJudgement& partitions = *judged.level(Level::partition);
    return fmt::format(
        "{} records of {}{} keys, as good as {:.0f} equal ones; the heaviest of {} partitions has "
        "{:.2f} times the mean (a fair hash: {:.2f}, at most {:.2f}); speed-up ceiling {:.1f} of "
        "{} "
        "handlers",
        judged.weight,
        judged.is_exact ? "" : "about ",
        judged.distinct_keys,
        judged.effective_keys,
        partitions.lanes,
        partitions.max_over_mean,
        partitions.expected_max_over_mean,
        partitions.fair_max_over_mean,
        judged.speedup_ceiling,
        judged.workers
    );
}

std::string check_json(const CheckResult& result) {
    Json gates = Json::array();
    for (const GateResult& gate : result.gates) {
        gates.push_back(gate_json(gate));
    }
    Json chaos = Json::array();
    for (std::size_t index = 0; index < result.scenarios.size(); ++index) {
        const scenarios::ScenarioTally& tally = result.tallies[index];
        chaos.push_back(
            {{"name", full_name(result.scenarios[index])},
             {"seeds", tally.seeds},
             {"held", tally.held},
             {"broken", tally.broken.size()},
             {"stuck", tally.stuck.size()},
             {"contract", tally.contract.size()}}
        );
    }
    Json service = Json::array();
    for (const ServiceRun& run : result.service) {
        service.push_back(
            {{"day", name_of(run.day)},
             {"seed", run.seed},
             {"verdict", name_of(run.kind)},
             {"what", run.what},
             {"records", run.records},
             {"records_per_s", run.records_per_s},
             {"latency_p50_ms", milliseconds(run.latency_p50)},
             {"latency_p99_ms", milliseconds(run.latency_p99)},
             {"handled", run.handled},
             {"replayed", run.replayed}}
        );
    }
    Json failures = Json::array();
    for (const Failure& failure : result.failures) {
        failures.push_back(
            {{"scenario", failure.scenario},
             {"seed", failure.seed},
             {"guarantee", failure.guarantee},
             {"replay", scenarios::replay_command(failure.file, failure.seed)}}
        );
    }
    Json unsafe = Json::array();
    for (const UnsafeSetting& found : result.unsafe) {
        const bool is_danger = found.kind == UnsafeSetting::Kind::danger;
        unsafe.push_back(
            {{"kind", is_danger ? "danger" : "notice"},
             {"setting", found.setting},
             {"what", found.what},
             {"remedy", found.remedy}}
        );
    }
    const Json json{
        {"deployment", result.deployment},
        {"first_seed", result.first_seed},
        {"gates", gates},
        {"chaos", chaos},
        {"service", service},
        {"failures", failures},
        {"headroom", headroom(result)},
        {"unsafe_settings", unsafe},
        {"distribution",
         result.spread ? Json::parse(to_json(result.spread->report)) : Json(nullptr)},
        {"passed", result.passed()},
    };
    return json.dump(2) + "\n";
}

std::string check_junit(const CheckResult& result) {
    std::vector<std::pair<std::string, std::string>> cases;  // name, what failed
    for (const GateResult& gate : result.gates) {
        const bool failed = gate.passed == false;
        cases.emplace_back(
            "gate " + gate.name,
            failed ? fmt::format("{}, limit {}", gate.value, gate.limit) : std::string{}
        );
    }
    for (std::size_t index = 0; index < result.scenarios.size(); ++index) {
        const scenarios::ScenarioTally& tally = result.tallies[index];
        const bool held = tally.held == tally.seeds;
        cases.emplace_back(
            "chaos " + full_name(result.scenarios[index]),
            held ? std::string{}
                 : fmt::format("{} of {} runs did not hold", tally.seeds - tally.held, tally.seeds)
        );
    }
    std::size_t failures = 0;
    std::string text;
    for (const auto& [name, failed] : cases) {
        text += fmt::format(
            "  <testcase classname=\"{}\" name=\"{}\"", escaped(result.deployment), escaped(name)
        );
        failures += failed.empty() ? 0U : 1U;
        text +=
            failed.empty()
                ? "/>\n"
                : fmt::format(">\n    <failure message=\"{}\"/>\n  </testcase>\n", escaped(failed));
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuite name=\"odradek check\" tests=\"{}\" failures=\"{}\" time=\"{:.3f}\">\n{}"
        "</testsuite>\n",
        cases.size(),
        failures,
        result.wall_s,
        text
    );
}

std::string check_text(const CheckResult& result) {
    std::uint64_t seeds = 0;
    std::uint64_t held = 0;
    for (const scenarios::ScenarioTally& tally : result.tallies) {
        seeds += tally.seeds;
        held += tally.held;
    }
    std::string text = fmt::format(
        "{}: {} of {} chaos runs held, {} scenarios, seeds from {}, {:.1f} s\n",
        result.deployment,
        held,
        seeds,
        result.scenarios.size(),
        result.first_seed,
        result.wall_s
    );
    if (result.spread) text += fmt::format("  keys: {}\n", keys_text(result.spread->report));
    if (const ServiceRun* calm = result.run_on(ServiceRun::Day::calm)) {
        text += fmt::format(
            "  load: {} asked, {:.0f}/s simulated, p99 {:.1f} ms; the members could take {:.1f} "
            "times as much\n",
            to_text(result.arrivals),
            calm->records_per_s,
            milliseconds(calm->latency_p99),
            headroom(result)
        );
    }
    for (const UnsafeSetting& found : result.unsafe) {
        const bool is_danger = found.kind == UnsafeSetting::Kind::danger;
        text += fmt::format(
            "  {} {}: {}\n      → {}\n",
            is_danger ? "UNSAFE" : "notice",
            found.setting,
            found.what,
            found.remedy
        );
    }
    for (const Failure& failure : result.failures) {
        text += fmt::format(
            "  {} broke in {}: {}\n",
            failure.guarantee,
            failure.scenario,
            scenarios::replay_command(failure.file, failure.seed)
        );
    }
    for (const GateResult& gate : result.gates) {
        text += fmt::format(
            "  {:<18} {:>12}  limit {:<10} {}\n", gate.name, gate.value, gate.limit, state_of(gate)
        );
    }
    return text + (result.passed() ? "passed\n" : "not passed\n");
}

}  // namespace odradek::reports
