#include "reports/check_page.h"

#include "engine/base/markup_text.h"
#include "scenarios/catalog.h"
#include "scenarios/story.h"

#include <fmt/format.h>

namespace odradek::reports {

namespace {

std::string_view mark_of(const GateResult& gate) {
    if (!gate.passed) return "none";
    return *gate.passed ? "good" : "bad";
}

constexpr std::string_view style = R"(
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem;
color:#1a1a1a;background:#fff}
h1{margin-bottom:0}h2{margin-top:2.2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .7rem;border-bottom:1px solid #ddd}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.good{color:#0a6b2d}.bad{color:#b00020;font-weight:600}.none{color:#666}
pre{background:#f5f5f5;padding:1rem;overflow-x:auto;font-size:.8rem;line-height:1.35}
.verdict{font-size:1.3rem}.wide{overflow-x:auto}
dt{font-weight:600;margin-top:.8rem}dd{margin-left:1.4rem}dd.remedy::before{content:"→ "}
figure{overflow-x:auto;margin:1.2rem 0;
padding:.5rem;background:#fff;border:1px solid #ddd;border-radius:.4rem}
figure svg{display:block;width:100%;min-width:40rem;height:auto}code{overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{background:#16181d;color:#e6e6e6}
th,td,figure{border-color:#333}pre{background:#20242c}
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

std::string keys_html(const CheckResult& result) {
    std::string html = "<h2>Keys</h2>\n";
    if (!result.spread) {
        return html +
               "<p>No sample of keys is named (<code>keys:</code>): how they spread is not judged, "
               "and the load has 1,000 keys alike.</p>\n";
    }
    const DistributionReport& report = result.spread->report;
    html +=
        fmt::format("<p>{}.</p>\n<p>{}.</p>\n", escaped(report.input), escaped(keys_text(report)));
    if (!report.advice.empty()) {
        html += "<ul>\n";
        for (const Advice& advice : report.advice) {
            html += fmt::format(
                "<li{}>{}</li>\n",
                advice.kind == Advice::Kind::problem ? " class=bad" : "",
                escaped(advice.text)
            );
        }
        html += "</ul>\n";
    }
    return html + result.figures;
}

std::string unsafe_html(const CheckResult& result) {
    if (result.unsafe.empty()) {
        return "<h2>Settings</h2>\n<p class=good>None that is known to be unsafe.</p>\n";
    }
    std::string html = "<h2>Settings to look at</h2>\n<dl>\n";
    for (const UnsafeSetting& found : result.unsafe) {
        html += fmt::format(
            "<dt class={}><code>{}</code></dt><dd>{}.</dd><dd class=remedy>{}.</dd>\n",
            found.kind == UnsafeSetting::Kind::danger ? "bad" : "none",
            escaped(found.setting),
            escaped(found.what),
            escaped(found.remedy)
        );
    }
    return html + "</dl>\n";
}

std::string service_html(const CheckResult& result) {
    std::string html = fmt::format(
        "<h2>Throughput</h2>\n<p>The service's own load ({}) in the simulator, a minute of virtual "
        "time: on a calm day, and on days when one member dies and comes back. Saturated: all the "
        "members can take, {:.1f} times the load.</p>\n"
        "<div class=wide><table><tr><th>day</th><th class=n>seed</th><th class=n>records</th>"
        "<th class=n>records/s</th><th class=n>p50</th><th class=n>p99</th>"
        "<th class=n>handler runs</th><th class=n>replayed</th><th></th></tr>\n",
        to_text(result.arrivals),
        headroom(result)
    );
    for (const ServiceRun& run : result.service) {
        const bool held = run.kind == scenarios::Verdict::Kind::held;
        html += fmt::format(
            "<tr><td>{}</td><td class=n>{}</td><td class=n>{}</td><td class=n>{:.0f}</td>"
            "<td class=n>{:.1f} ms</td><td class=n>{:.1f} ms</td><td class=n>{}</td>"
            "<td class=n>{}</td><td class={}>{} {}</td></tr>\n",
            name_of(run.day),
            run.seed,
            run.records,
            run.records_per_s,
            milliseconds(run.latency_p50),
            milliseconds(run.latency_p99),
            run.handled,
            run.replayed,
            held ? "good" : "bad",
            name_of(run.kind),
            escaped(run.what)
        );
    }
    return html + "</table></div>\n";
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
           gates_html(result) + unsafe_html(result) + keys_html(result) + service_html(result) +
           chaos_html(result) + failures_html(result) + "</body></html>\n";
}

}  // namespace odradek::reports
