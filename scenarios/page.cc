#include "scenarios/page.h"

#include "engine/base/markup_text.h"
#include "scenarios/catalog.h"
#include "scenarios/chronicle.h"
#include "scenarios/picture.h"
#include "scenarios/scenario_text.h"
#include "scenarios/story.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace odradek::scenarios {

namespace {

constexpr std::string_view style = R"(
:root{--page:#fff;--ink:#1a1a1a;--soft:#667;--line:#d8dbe0;--box:#f4f5f7;--good:#0a6b2d;
--bad:#b00020;
--done:#58a86b;--retry:#e0a526;--skip:#8a93a3;--fail:#d04848;--died:#b9b9c4;--fault:#e8a0a0;
--m0:#7aa6de;--m1:#e3b06b;--m2:#8fc79a;--m3:#c79ad6;--m4:#d99090;--m5:#8ccbd1;--m6:#c9c77a;
--m7:#a9a9b5;
--bar-ink:#14161a}
@media(prefers-color-scheme:dark){:root{--page:#16181d;--ink:#e6e6e6;--soft:#99a;--line:#33373f;
--box:#20242c;--good:#5fd38d;--bad:#ff7b8a;--done:#4d9a60;--retry:#c08d1f;--skip:#6d7685;
--fail:#c24a4a;
--died:#5c5f6b;--fault:#8d4a4a;--m0:#5b87bd;--m1:#b98a4b;--m2:#5f9c6d;--m3:#9a6dab;--m4:#ad6868;
--m5:#5f9ea4;--m6:#9b994f;--m7:#7e7e8a;--bar-ink:#f2f2f2}}
body{font:16px/1.5 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem;
color:var(--ink);background:var(--page)}
h1{margin-bottom:.2rem;font-size:1.6rem}h2{margin-top:2.4rem;font-size:1.25rem}h3{font-size:1.05rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid var(--line)}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}.soft{color:var(--soft)}
.verdict{font-size:1.2rem}
pre{background:var(--box);padding:.8rem 1rem;overflow-x:auto;font-size:.8rem;line-height:1.4}
code{background:var(--box);padding:.1rem .3rem}summary{cursor:pointer;color:var(--soft)}
.wide{overflow-x:auto}svg{min-width:900px;width:100%;height:auto;font:11px system-ui,sans-serif}
svg text{fill:var(--ink)}svg .h{font-weight:600;fill:var(--soft)}svg .l{text-anchor:end}
svg .b,svg .f{font-size:10px;pointer-events:none}svg .b{fill:var(--bar-ink)}
svg .t{text-anchor:middle;fill:var(--soft)}svg .x{fill:var(--bad);font-size:13px;font-weight:700}
svg .a{stroke:var(--soft);fill:none}svg .g{stroke:var(--line);fill:none;stroke-dasharray:2 4}
svg .p{stroke:var(--bad);fill:none;stroke-width:1.3}svg .pn{fill:var(--bad);font-weight:700}
svg .c{fill:var(--ink)}svg .cf{fill:var(--bad)}svg .own{opacity:.75}svg .fault{fill:var(--fault)}
.done{fill:var(--done)}.retry{fill:var(--retry)}.skip{fill:var(--skip)}.fail{fill:var(--fail)}
.died{fill:var(--died)}
.m0{fill:var(--m0)}.m1{fill:var(--m1)}.m2{fill:var(--m2)}.m3{fill:var(--m3)}
.m4{fill:var(--m4)}.m5{fill:var(--m5)}.m6{fill:var(--m6)}.m7{fill:var(--m7)}
.key i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin:0 .3em 0 1em}
.key .done{background:var(--done)}.key .retry{background:var(--retry)}
.key .skip{background:var(--skip)}
.key .fail{background:var(--fail)}.key .died{background:var(--died)}
)";

constexpr std::string_view legend =
    "<p class=\"key soft\"><i class=done></i>done<i class=retry></i>retry<i class=skip></i>skip"
    "<i class=fail></i>fail<i class=died></i>never ended &nbsp; ▲ commit &nbsp; ✕ crash &nbsp; "
    "red lines: what proves it</p>\n";

std::string framed(const std::string& title, const std::string& body) {
    return fmt::format(
        "<!doctype html>\n<html lang=en><head><meta charset=utf-8>"
        "<meta name=viewport content=\"width=device-width\"><meta name=color-scheme "
        "content=\"light dark\"><title>{}</title>\n<style>{}</style></head>\n<body>\n{}</body>"
        "</html>\n",
        escaped(title),
        style,
        body
    );
}

std::string folded(std::string_view summary, const std::string& text) {
    return fmt::format(
        "<details><summary>{}</summary>\n<pre>{}</pre></details>\n", summary, escaped(text)
    );
}

std::string verdict_line(const ToldRun& run) {
    const Verdict& verdict = run.report.verdict;
    const bool is_good = is_as_expected(verdict, run.scenario.expect);
    std::string text(name_of(verdict.kind));
    if (!verdict.violations.empty()) text += ": " + verdict.violations.front().guarantee;
    if (run.scenario.expect.broken && is_good) text += ", as expected";
    return fmt::format("<p class=\"verdict {}\">{}</p>\n", is_good ? "good" : "bad", escaped(text));
}

std::string counts_line(const RunReport& report) {
    return fmt::format(
        "<p class=soft>{} records, {} handler runs, {} replayed, {} of run time</p>\n",
        report.records,
        report.handled,
        report.replayed,
        human(report.lasted)
    );
}

/// What happened in the window, of the proof's partition and of the group.
std::string story_of(const ToldRun& run, const TimeSpan& window) {
    constexpr std::size_t lines_max = 400;
    std::set<std::pair<std::int32_t, std::int32_t>> places;
    for (const sim::EventNumber number : run.report.verdict.violations.front().proof) {
        if (number == 0 || number > run.report.trace.size()) continue;
        const TraceEvent& event = run.report.trace[number - 1];
        places.emplace(event.topic, event.partition.value());
    }
    std::string text;
    std::size_t lines = 0;
    for (std::size_t index = 0; index < run.report.trace.size(); ++index) {
        const TraceEvent& event = run.report.trace[index];
        if (event.at < window.from || event.at > window.to) continue;
        const bool of_the_group = event.partition.value() < 0;
        if (!of_the_group && !places.contains({event.topic, event.partition.value()})) continue;
        if (event.kind == TraceEvent::Kind::polled) continue;
        if (++lines > lines_max) break;
        text += describe(event, static_cast<sim::EventNumber>(index + 1), run.scenario) + "\n";
    }
    if (lines > lines_max) text += "…\n";
    return text;
}

std::string body_of(const ToldRun& run) {
    const Chronicle told = chronicle(run.report.trace);
    std::string html = verdict_line(run) + counts_line(run.report);
    if (!run.report.verdict.why.empty()) {
        html += fmt::format("<p>{}</p>\n", escaped(run.report.verdict.why));
    }
    if (!run.replay.empty()) {
        html += fmt::format("<p>Again: <code>{}</code></p>\n", escaped(run.replay));
    }
    if (const auto view = close_up(told, run.report)) {
        const sim::Violation& violation = run.report.verdict.violations.front();
        html += fmt::format(
            "<h3>Around the first failure</h3>\n<p class=bad>{}: {}</p>\n<div "
            "class=wide>{}</div>\n",
            escaped(violation.guarantee),
            escaped(violation.what),
            picture(told, run.report, run.scenario, *view)
        );
        html += legend;
        html += fmt::format("<pre>{}</pre>\n", escaped(violations_text(run.report, run.scenario)));
        html += folded("All that happened around it", story_of(run, view->window));
    }
    PictureView whole = overview(told);
    constexpr std::size_t lanes = 8;
    if (run.report.verdict.violations.empty()) whole.lanes_max = lanes;
    html += fmt::format(
        "<h3>The whole run</h3>\n<div class=wide>{}</div>\n",
        picture(told, run.report, run.scenario, whole)
    );
    constexpr std::size_t lines_max = 500;
    html += folded("Time line of the group", timeline(run.report.trace, run.scenario, lines_max));
    html += folded("The scenario", scenario_yaml(run.scenario));
    if (!run.shrunk_yaml.empty()) html += folded("A smaller one that fails alike", run.shrunk_yaml);
    return html;
}

std::string number_cell(std::uint64_t number, bool is_bad = false) {
    return fmt::format("<td class=\"n{}\">{}</td>", is_bad ? " bad" : "", number);
}

std::string tallies_table(const ToldSweep& sweep) {
    std::string html =
        "<table><tr><th>scenario</th><th class=n>seeds</th><th class=n>held</th><th class=n>broken"
        "</th><th class=n>stuck</th><th class=n>contract</th><th class=n>records</th><th></th>"
        "</tr>\n";
    for (std::size_t index = 0; index < sweep.scenarios.size(); ++index) {
        const Scenario& scenario = sweep.scenarios[index];
        const ScenarioTally& tally = sweep.tallies[index];
        const bool passed = tally.is_as_expected(scenario.expect);
        html += fmt::format(
            "<tr><td>{}<br><span class=soft>{}</span></td>",
            escaped(full_name(scenario)),
            escaped(scenario.title)
        );
        html += number_cell(tally.seeds) + number_cell(tally.held);
        html += number_cell(tally.broken.size(), !passed && !tally.broken.empty());
        html += number_cell(tally.stuck.size(), !passed && !tally.stuck.empty());
        html += number_cell(tally.contract.size(), !tally.contract.empty());
        html += number_cell(tally.records);
        html += fmt::format(
            "<td class={}>{}</td></tr>\n", passed ? "good" : "bad", passed ? "passed" : "failed"
        );
    }
    return html + "</table>\n";
}

}  // namespace

std::string run_page(const ToldRun& run) {
    const std::string title = fmt::format("{}, seed {}", full_name(run.scenario), run.report.seed);
    return framed(
        title,
        fmt::format(
            "<h1>{}</h1>\n<p class=soft>{}</p>\n{}",
            escaped(title),
            escaped(run.scenario.title),
            body_of(run)
        )
    );
}

std::string sweep_page(const ToldSweep& sweep) {
    bool passed = true;
    std::set<std::string> probes;
    for (std::size_t index = 0; index < sweep.scenarios.size(); ++index) {
        passed = passed && sweep.tallies[index].is_as_expected(sweep.scenarios[index].expect);
        probes.insert(sweep.tallies[index].probes.begin(), sweep.tallies[index].probes.end());
    }
    std::string html = fmt::format(
        "<h1>Chaos sweep</h1>\n<p class=soft>{}</p>\n<p class=\"verdict {}\">{}</p>\n",
        escaped(sweep.heading),
        passed ? "good" : "bad",
        passed ? "passed" : "not passed"
    );
    html += tallies_table(sweep);
    html += fmt::format(
        "<h2>Probes</h2>\n<p>Rare branches that were reached: {}.</p>\n",
        escaped(fmt::format("{}", fmt::join(probes, ", ")))
    );
    if (!sweep.probes_missing.empty()) {
        html += fmt::format(
            "<p class=bad>Never reached: {}.</p>\n",
            escaped(fmt::format("{}", fmt::join(sweep.probes_missing, ", ")))
        );
    }
    for (const ToldRun& run : sweep.failures) {
        html += fmt::format(
            "<h2>{}, seed {}</h2>\n{}",
            escaped(full_name(run.scenario)),
            run.report.seed,
            body_of(run)
        );
    }
    return framed("Chaos sweep", html);
}

}  // namespace odradek::scenarios
