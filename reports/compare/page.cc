#include "reports/compare/page.h"

#include "engine/base/markup_text.h"
#include "reports/compare/arm.h"
#include "reports/plot.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

namespace odradek::reports {

namespace {

// A bar is drawn by the browser: it follows the colours and the width of the reader's window.
constexpr std::string_view style = R"(
:root{color-scheme:light dark;--ink:#1a202c;--soft:#4a5568;--line:#e2e8f0;--paper:#fff;
--bar:#2b6cb0;--base:#718096;--bad:#c53030;--track:#edf2f7}
@media(prefers-color-scheme:dark){:root{--ink:#edf2f7;--soft:#a0aec0;--line:#2d3748;--paper:#171923;
--bar:#63b3ed;--base:#718096;--bad:#fc8181;--track:#2d3748}}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:66rem;padding:0 1rem;
color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
p.lead{color:var(--soft);margin-top:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child,td:first-child,td.text,th.text{text-align:left}
td.text{white-space:normal;min-width:9rem}
th{color:var(--soft);font-weight:600;white-space:normal;vertical-align:bottom}
td.chart{width:28%;min-width:7rem}
.track{position:relative;height:.9rem;background:var(--track);border-radius:.2rem}
.bar{position:absolute;inset:0 auto 0 0;background:var(--bar);border-radius:.2rem}
.first .bar{background:var(--base)}
.range{position:absolute;top:.38rem;height:.14rem;background:var(--ink)}
.breaks{color:var(--bad)}
figure{margin:1.2rem 0;background:#fff;border-radius:.4rem}figure svg{max-width:100%;height:auto}
code{background:var(--track);padding:.1rem .3rem;border-radius:.2rem;overflow-wrap:anywhere}
dt{font-weight:600;margin-top:.4rem}dd{margin:0;color:var(--soft)}
)";

constexpr std::array colours{
    "#718096", "#2b6cb0", "#dd6b20", "#2f855a", "#805ad5", "#c53030", "#b7791f", "#319795"};

std::string rate(double value) {
    if (value >= 1e6) return fmt::format("{:.2f} M/s", value / 1e6);
    return value >= 1e4 ? fmt::format("{:.1f} k/s", value / 1e3) : fmt::format("{:.0f} /s", value);
}

std::string span(double microseconds) {
    if (microseconds >= 1e6) return fmt::format("{:.1f} s", microseconds / 1e6);
    return microseconds >= 1e4 ? fmt::format("{:.0f} ms", microseconds / 1e3)
                               : fmt::format("{:.0f} µs", microseconds);
}

std::string chart(const Spread& speed, double fastest) {
    const double whole = std::max(fastest, 1.0);
    return fmt::format(
        "<div class=\"track\"><div class=\"bar\" style=\"width:{:.1f}%\"></div>"
        "<div class=\"range\" style=\"left:{:.1f}%;width:{:.1f}%\"></div></div>",
        100 * speed.median / whole,
        100 * speed.min / whole,
        100 * (speed.max - speed.min) / whole
    );
}

std::string row(const ArmResult& result, const ArmResult& first, double fastest) {
    const Spread speed = records_per_s(result);
    const bool is_first = &result == &first;
    std::string breaks = fmt::format("{}", fmt::join(result.invariants_broken, ", "));
    for (const ArmRun& run : result.runs) {
        if (!run.failure.empty()) breaks += (breaks.empty() ? "" : "; ") + run.failure;
    }
    return fmt::format(
        "<tr{}><td>{}</td><td class=\"chart\">{}</td><td>{}</td><td>{}</td><td>{}</td>"
        "<td>{:.2f}</td><td>{}</td><td>{} / {}</td><td class=\"text breaks\">{}</td></tr>\n",
        is_first ? " class=\"first\"" : "",
        escaped(result.arm),
        chart(speed, fastest),
        rate(speed.median),
        is_first ? "" : fmt::format("{:.0f} %", 100 * speed_ratio(result, first).median),
        result.ideal_s > 0
            ? fmt::format("{:.0f} %", 100 * result.ideal_s / elapsed_s(result).median)
            : "",
        median_of(result, &ArmRun::cpu_s),
        highest(result, &ArmRun::peak_in_flight),
        span(median_of(result, &ArmRun::wait_p50_us)),
        span(median_of(result, &ArmRun::wait_p99_us)),
        escaped(breaks)
    );
}

std::string cell_table(const Comparison& comparison, const ArmResult& first) {
    double fastest = 0;
    for (const ArmResult& result : comparison.results) {
        if (result.cell == first.cell) fastest = std::max(fastest, records_per_s(result).max);
    }
    std::string text = fmt::format(
        "<h2>{}</h2>\n<div class=\"scroll\"><table><thead><tr><th>arm</th>"
        "<th class=\"text\">records/s: median, lowest to highest of {} runs</th><th>median</th>"
        "<th>of {}</th><th>of ideal</th><th>CPU s</th><th>peak</th><th>wait p50 / p99</th>"
        "<th class=\"text\">breaks</th></tr></thead><tbody>\n",
        escaped(to_text(first.workload)),
        first.runs.size(),
        escaped(first.arm)
    );
    for (const ArmResult& result : comparison.results) {
        if (result.cell == first.cell) text += row(result, first, fastest);
    }
    return text + "</tbody></table></div>\n";
}

std::string legend(const Comparison& comparison) {
    std::map<std::string, std::string_view> arms;
    for (const ArmResult& result : comparison.results) {
        if (const ArmRow* known = find_arm(result.arm)) arms[result.arm] = known->summary;
    }
    std::string text = "<h2>Arms and columns</h2>\n<dl>\n";
    for (const auto& [arm, summary] : arms) {
        text += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(arm), escaped(summary));
    }
    return text +
           "<dt>of ideal</dt><dd>the shortest possible time (all work over all workers, or the "
           "heaviest lane) over the measured one</dd>\n"
           "<dt>CPU s</dt><dd>CPU time of the consumer from the first handler start to the last "
           "end</dd>\n"
           "<dt>peak</dt><dd>handlers at once</dd>\n"
           "<dt>wait</dt><dd>from the record's delivery by the client to its handler's start</dd>\n"
           "<dt>breaks</dt><dd>guarantees that do not hold: found by the checkers on the arm's "
           "twin in the simulator when handlers fail and a member dies, or seen in these runs; "
           "runs that failed say why</dd>\n</dl>\n";
}

/// Speed of every arm over the plan's cells.
Plot picture_of(const Comparison& comparison) {
    Plot plot{
        .title = comparison.plan + ": records/s, median",
        .x_label = "cell",
        .y_label = "records/s",
        .is_y_logarithmic = true};
    std::map<std::string, PlotSeries> series;
    for (const ArmResult& result : comparison.results) {
        PlotSeries& one = series[result.arm];
        one.name = result.arm;
        one.x.push_back(static_cast<double>(result.cell));
        one.y.push_back(std::max(records_per_s(result).median, 1.0));
        if (result.cell >= plot.x_names.size()) {
            plot.x_names.push_back(to_text(result.workload.keys) + " keys");
        }
    }
    for (auto& [arm, one] : series) {
        one.colour = colours.at(plot.series.size() % colours.size());
        plot.series.push_back(std::move(one));
    }
    return plot;
}

std::string svg_element(const std::string& file) {
    const std::ifstream input(file);
    std::ostringstream text;
    text << input.rdbuf();
    const std::string svg = text.str();
    const std::size_t begin = svg.find("<svg");
    return begin == std::string::npos ? std::string() : svg.substr(begin);
}

}  // namespace

std::string comparison_page(const Comparison& comparison, const std::string& figures) {
    const Machine& machine = comparison.machine;
    std::string page = fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        "<title>Throughput: {0}</title>\n<style>{1}</style></head><body>\n"
        "<h1>Throughput: {0}</h1>\n<p class=\"lead\"><code>{2}</code><br>{3}, {4} cores, "
        "{5:.0f} GiB · {6} · librdkafka {7} · {8} · commit {9} · load {10:.1f} at the start</p>\n",
        escaped(comparison.plan),
        style,
        escaped(comparison.command),
        escaped(machine.processor),
        machine.cores,
        machine.memory_gib,
        escaped(machine.system),
        escaped(machine.librdkafka),
        escaped(machine.compiler),
        escaped(machine.commit),
        machine.load_at_start
    );
    if (machine.load_at_start > machine.cores) {
        page += "<p class=\"breaks\">The machine did much else: read ratios, not rates.</p>\n";
    }
    for (const ArmResult& result : comparison.results) {
        if (&first_of_cell(comparison.results, result) == &result) {
            page += cell_table(comparison, result);
        }
    }
    return page + figures + legend(comparison) + "</body></html>\n";
}

std::expected<void, Error> write_comparison_page(
    const Comparison& comparison, const std::string& folder
) {
    std::string figures;
    if (comparison.results.back().cell >= 2) {  // fewer cells need no curve
        const Plot plot = picture_of(comparison);
        for (const char* ending : {".png", ".svg"}) {
            if (auto drawn = draw(plot, folder + "/compare" + ending); !drawn) return drawn;
        }
        figures = "<figure>" + svg_element(folder + "/compare.svg") + "</figure>\n";
    }
    const std::string path = folder + "/compare.html";
    std::ofstream file(path, std::ios::binary);
    file << comparison_page(comparison, figures);
    file.close();
    if (file) return {};
    return std::unexpected(Error{
        .code = Errc::client_failed, .what = "the page cannot be written", .where = path});
}

}  // namespace odradek::reports
