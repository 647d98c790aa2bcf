#include "reports/check_page.h"

#include "engine/base/markup_text.h"
#include "scenarios/catalog.h"
#include "scenarios/story.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace odradek::reports {

namespace {

using Json = nlohmann::json;

std::string_view state_of(const GateResult& gate) {
    if (!gate.passed) return "not measured";
    return *gate.passed ? "passed" : "failed";
}

std::string_view mark_of(const GateResult& gate) {
    if (!gate.passed) return "none";
    return *gate.passed ? "good" : "bad";
}

constexpr std::string_view style = R"(
body{font:16px/1.5 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem;
color:#1a1a1a;background:#fff}
h1{margin-bottom:0}h2{margin-top:2.2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .7rem;border-bottom:1px solid #ddd}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.good{color:#0a6b2d}.bad{color:#b00020;font-weight:600}.none{color:#666}
pre{background:#f5f5f5;padding:1rem;overflow-x:auto;font-size:.8rem;line-height:1.35}
.verdict{font-size:1.3rem}
@media(prefers-color-scheme:dark){body{background:#16181d;color:#e6e6e6}
th,td{border-color:#333}pre{background:#20242c}
.good{color:#5fd38d}.bad{color:#ff7b8a}.none{color:#999}}
)";

std::string gates_html(const CheckResult& result) {
    std::string html =
        "<h2>Gates</h2>\n<table><tr><th>gate</th><th class=n>limit</th><th class=n>value</th>"
        "<th></th></tr>\n";
    for (const GateResult& gate : result.gates) {
        html += fmt::format(
            "<tr><td>{}</td><td class=n>{}</td><td class=n>{}</td><td class={}>{}</td></tr>\n",
            escaped(gate.name),
            escaped(gate.limit),
            escaped(gate.value),
            mark_of(gate),
            state_of(gate)
        );
    }
    return html + "</table>\n";
}

std::string service_html(const CheckResult& result) {
    std::string html =
        "<h2>Throughput</h2>\n<p>The service's own load in the simulator for a minute of virtual "
        "time; one member dies and comes back.</p>\n"
        "<table><tr><th class=n>seed</th><th class=n>records</th><th class=n>records/s</th>"
        "<th class=n>handler runs</th><th class=n>replayed</th><th></th></tr>\n";
    for (const ServiceRun& run : result.service) {
        const bool held = run.kind == scenarios::Verdict::Kind::held;
        html += fmt::format(
            "<tr><td class=n>{}</td><td class=n>{}</td><td class=n>{:.0f}</td><td class=n>{}</td>"
            "<td class=n>{}</td><td class={}>{} {}</td></tr>\n",
            run.seed,
            run.records,
            run.records_per_s,
            run.handled,
            run.replayed,
            held ? "good" : "bad",
            name_of(run.kind),
            escaped(run.what)
        );
    }
    return html + "</table>\n";
}

std::string chaos_html(const CheckResult& result) {
    std::string html =
        "<h2>Chaos</h2>\n<p>Standard bad days with this service's engine options and partitions."
        "</p>\n<table><tr><th>scenario</th><th>what happens</th><th class=n>seeds</th>"
        "<th class=n>held</th><th class=n>broken</th><th class=n>stuck</th></tr>\n";
    for (std::size_t index = 0; index < result.scenarios.size(); ++index) {
        const scenarios::ScenarioTally& tally = result.tallies[index];
        html += fmt::format(
            "<tr><td class={}>{}</td><td>{}</td><td class=n>{}</td><td class=n>{}</td>"
            "<td class=n>{}</td><td class=n>{}</td></tr>\n",
            tally.held == tally.seeds ? "good" : "bad",
            escaped(full_name(result.scenarios[index])),
            escaped(result.scenarios[index].title),
            tally.seeds,
            tally.held,
            tally.broken.size() + tally.contract.size(),
            tally.stuck.size()
        );
    }
    return html + "</table>\n";
}

std::string failures_html(const CheckResult& result) {
    std::string html;
    for (const Failure& failure : result.failures) {
        html += fmt::format(
            "<h2>{}, seed {}</h2>\n<p class=bad>{}</p>\n<p><code>{}</code></p>\n<pre>{}</pre>\n",
            escaped(failure.scenario),
            failure.seed,
            escaped(failure.guarantee),
            escaped(scenarios::replay_command(failure.file, failure.seed)),
            escaped(failure.story)
        );
    }
    return html;
}

Json gate_json(const GateResult& gate) {
    return {
        {"name", gate.name},
        {"limit", gate.limit},
        {"value", gate.value},
        {"passed", gate.passed ? Json(*gate.passed) : Json(nullptr)},
    };
}

}  // namespace

std::string check_html(const CheckResult& result) {
    return fmt::format(
               "<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
               "<meta name=viewport content=\"width=device-width\">\n<title>odradek check: "
               "{0}</title>\n"
               "<style>{1}</style></head><body>\n<h1>{0}</h1>\n<p class=\"verdict {2}\">{3}</p>\n"
               "<p>seeds from {4}; {5:.1f} s</p>\n",
               escaped(result.deployment),
               style,
               result.passed() ? "good" : "bad",
               result.passed() ? "passed" : "not passed",
               result.first_seed,
               result.wall_s
           ) +
           gates_html(result) + service_html(result) + chaos_html(result) + failures_html(result) +
           "</body></html>\n";
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
            {{"seed", run.seed},
             {"verdict", name_of(run.kind)},
             {"what", run.what},
             {"records", run.records},
             {"records_per_s", run.records_per_s},
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
    const Json json{
        {"deployment", result.deployment},
        {"first_seed", result.first_seed},
        {"gates", gates},
        {"chaos", chaos},
        {"service", service},
        {"failures", failures},
        {"distribution", nullptr},
        {"passed", result.passed()},
    };
    return json.dump(2) + "\n";
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
