#include "scenarios/story.h"

#include "engine/base/json_text.h"
#include "scenarios/catalog.h"

#include <algorithm>

#include <fmt/format.h>

namespace odradek::scenarios {

namespace {

double seconds(Instant at) {
    return std::chrono::duration<double>(at - Instant{}).count();
}

std::string place(const TraceEvent& event, const Scenario& scenario) {
    if (event.topic < 0) return {};
    const auto topic = static_cast<std::size_t>(event.topic);
    const std::string name =
        topic < scenario.topics.size() ? scenario.topics[topic].name : fmt::format("#{}", topic);
    std::string text = name;
    if (event.partition.value() >= 0) text += fmt::format("-{}", event.partition.value());
    if (event.offset.value() >= 0) text += fmt::format(" @{}", event.offset.value());
    return text;
}

std::string extras(const TraceEvent& event) {
    std::vector<std::string> parts;
    if (event.epoch.value() != 0) parts.push_back(fmt::format("epoch {}", event.epoch.value()));
    if (event.attempt != 0) parts.push_back(fmt::format("attempt {}", event.attempt));
    if (event.has_key) {
        std::string key;
        append_json_bytes(event.key, key);
        parts.push_back("key " + key);
    }
    return parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", "));
}

bool belongs_to_timeline(TraceEvent::Kind kind) {
    using enum TraceEvent::Kind;
    switch (kind) {
        case commit_failed:
        case assigned:
        case revoked:
        case lost:
        case member_up:
        case member_down:
        case fault_on:
        case fault_off:
        case note:
            return true;
        case produced:
        case polled:
        case started:
        case finished:
        case sent:
        case acknowledged:
        case committed:
        case paused:
        case resumed:
        case metered:
        case probe:
            break;
    }
    return false;
}

/// Assignments of one member at one instant read better as one line.
bool continues(const TraceEvent& before, const TraceEvent& event) {
    using enum TraceEvent::Kind;
    const bool groups = event.kind == assigned || event.kind == revoked || event.kind == lost ||
                        event.kind == commit_failed;
    return groups && before.kind == event.kind && before.member == event.member &&
           before.at == event.at && before.topic == event.topic;
}

}  // namespace

std::string human(Duration duration) {
    const double total = std::chrono::duration<double>(duration).count();
    if (total < 120) return fmt::format("{:.3f} s", total);
    const auto whole = static_cast<long long>(total);
    if (whole < 7200) return fmt::format("{} m {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} m", whole / 3600, whole / 60 % 60);
}

std::string describe(const TraceEvent& event, sim::EventNumber number, const Scenario& scenario) {
    std::string text = fmt::format("#{} {:.6f} s ", number, seconds(event.at));
    if (event.member >= 0) text += fmt::format(" member {}", event.member);
    text += fmt::format(" {}", name_of(event.kind));
    const std::string where = place(event, scenario);
    if (!where.empty()) text += " " + where;
    text += extras(event);
    if (!event.detail.empty()) {
        std::string detail;
        append_json_bytes(event.detail.substr(0, 120), detail);
        text += ": " + detail;
    }
    return text;
}

std::string timeline(
    const std::vector<TraceEvent>& trace, const Scenario& scenario, std::size_t lines_max
) {
    std::string text;
    std::size_t lines = 0;
    const TraceEvent* before = nullptr;
    for (std::size_t index = 0; index < trace.size(); ++index) {
        const TraceEvent& event = trace[index];
        if (!belongs_to_timeline(event.kind)) continue;
        if (before != nullptr && continues(*before, event)) {
            if (lines <= lines_max) {
                text.insert(text.size() - 1, fmt::format(" {}", event.partition.value()));
            }
        } else if (++lines <= lines_max) {
            text += "  " + describe(event, static_cast<sim::EventNumber>(index + 1), scenario);
            text += '\n';
        }
        before = &event;
    }
    if (lines > lines_max) text += fmt::format("  … {} more\n", lines - lines_max);
    return text;
}

std::string violations_text(const RunReport& report, const Scenario& scenario) {
    std::string text;
    for (const sim::Violation& violation : report.verdict.violations) {
        text += fmt::format("  {}: {}\n", violation.guarantee, violation.what);
        for (const sim::EventNumber number : violation.proof) {
            if (number == 0) continue;
            if (number <= report.trace.size()) {
                text += "      " + describe(report.trace[number - 1], number, scenario) + "\n";
            } else {
                text += fmt::format("      event #{}\n", number);
            }
        }
    }
    return text;
}

std::string summary(const RunReport& report, const Scenario& scenario) {
    std::string verdict(name_of(report.verdict.kind));
    if (report.verdict.kind == Verdict::Kind::broken) {
        verdict += " " + report.verdict.violations.front().guarantee;
    }
    if (scenario.expect.broken) {
        verdict += report.verdict.breaks(*scenario.expect.broken)
                       ? ", as expected"
                       : ", but " + *scenario.expect.broken + " was expected to break";
    }
    std::string text = fmt::format(
        "{}  seed {}: {}\n  {} records, {} handler runs, {} replayed, {} of run time\n",
        full_name(scenario),
        report.seed,
        verdict,
        report.records,
        report.handled,
        report.replayed,
        human(report.lasted)
    );
    if (!report.verdict.why.empty()) text += fmt::format("  {}\n", report.verdict.why);
    return text;
}

std::string replay_command(const std::string& scenario, std::uint64_t seed) {
    return fmt::format("odradek chaos replay {} --seed {}", scenario, seed);
}

}  // namespace odradek::scenarios
