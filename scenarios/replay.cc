#include "scenarios/replay.h"

#include "scenarios/seed.h"

#include <algorithm>

namespace odradek::scenarios {

namespace {

std::string line_at(const std::vector<TraceEvent>& trace, std::size_t index) {
    return index < trace.size() ? to_json_line(trace[index]) : std::string();
}

}  // namespace

std::optional<Difference> first_difference(
    const std::vector<TraceEvent>& recorded, const std::vector<TraceEvent>& replayed
) {
    const std::size_t longest = std::max(recorded.size(), replayed.size());
    for (std::size_t index = 0; index < longest; ++index) {
        Difference difference{
            .number = static_cast<sim::EventNumber>(index + 1),
            .recorded = line_at(recorded, index),
            .replayed = line_at(replayed, index)};
        if (difference.recorded != difference.replayed) return difference;
    }
    return std::nullopt;
}

RunReport judge_again(
    const std::vector<TraceEvent>& trace, const Scenario& scenario, bool reached_end
) {
    sim::Judge judge(judged_settings(scenario), scenario.guarantees);
    RunReport report;
    TraceHash hash;
    for (const TraceEvent& event : trace) {
        judge.observe(event);
        if (event.kind == TraceEvent::Kind::produced) ++report.records;
        if (event.kind == TraceEvent::Kind::probe) report.probes.insert(event.detail);
        hash.add(to_json_line(event));
    }
    const Instant end = trace.empty() ? Instant{} : trace.back().at;
    report.verdict.violations = judge.finish({.reached_end = reached_end, .at = end});
    if (!report.verdict.violations.empty()) report.verdict.kind = Verdict::Kind::broken;
    report.lasted = end - Instant{};
    report.handled = judge.history().finished();
    report.replayed = judge.history().replayed();
    report.trace = trace;
    report.trace_sha256 = hash.finish();
    return report;
}

std::optional<TraceTitle> title_of(const std::vector<TraceEvent>& trace) {
    constexpr std::string_view begin = "scenario ";
    constexpr std::string_view middle = " seed ";
    if (trace.empty() || trace.front().kind != TraceEvent::Kind::note) return std::nullopt;
    const std::string& text = trace.front().detail;
    const std::size_t at = text.rfind(middle);
    if (!text.starts_with(begin) || at == std::string::npos) return std::nullopt;
    const auto seed = parse_seed(std::string_view(text).substr(at + middle.size()));
    if (!seed) return std::nullopt;
    return TraceTitle{.scenario = text.substr(begin.size(), at - begin.size()), .seed = *seed};
}

}  // namespace odradek::scenarios
