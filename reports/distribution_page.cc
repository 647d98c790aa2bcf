#include "reports/distribution_page.h"

#include "engine/base/markup_text.h"
#include "engine/tools/readable_key.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

namespace odradek {

namespace {

constexpr std::string_view style = R"(
:root{color-scheme:light dark;--ink:#1a202c;--soft:#4a5568;--line:#e2e8f0;--page:#fff;
--chip:#edf2f7}
@media(prefers-color-scheme:dark){:root{--ink:#e2e8f0;--soft:#a0aec0;--line:#2d3748;--page:#171a21;
--chip:#2d3748}}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;
padding:0 1rem;color:var(--ink);background:var(--page)}
h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin-top:2rem}
p.lead{color:var(--soft);margin-top:0}
.verdict{display:inline-block;padding:.3rem .8rem;border-radius:.4rem;font-weight:600;color:#fff}
.yes{background:#2f855a}.no{background:#c53030}.look{background:#b7791f}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:right}
td{white-space:nowrap}td.text{white-space:normal}
th:first-child,td:first-child,td.text,th.text{text-align:left}
th{color:var(--soft);font-weight:600}
li{margin:.4rem 0}
li.problem::marker{content:"✗  ";color:#e53e3e}li.warning::marker{content:"?  ";color:#d69e2e}
li.idea::marker{content:"→  ";color:#38a169}
figure{overflow-x:auto;margin:1.2rem 0;
padding:.5rem;background:#fff;border:1px solid var(--line);border-radius:.4rem}
figure svg{display:block;width:100%;min-width:40rem;height:auto}
code{background:var(--chip);padding:.1rem .3rem;border-radius:.2rem;overflow-wrap:anywhere}
)";

std::string level_rows(const Distribution& judged) {
    std::string rows;
    for (const LevelJudgement& level : judged.levels) {
        const bool is_key = level.level == Level::key;
        rows += fmt::format(
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{:.3f}</td><td>{}</td><td>{}</td><td>{}</td>"
            "<td>{}</td><td>{:.1f}</td></tr>\n",
            name_of(level.level),
            level.lanes,
            level.used,
            level.max_over_mean,
            is_key ? "" : fmt::format("{:.3f}", level.expected_max_over_mean),
            is_key ? "" : fmt::format("{:.3f}", level.fair_max_over_mean),
            level.p_value ? fmt::format("{:.2g}", *level.p_value) : "",
            is_key ? "" : fmt::format("{}", level.collisions),
            level.speedup_ceiling
        );
    }
    return rows;
}

std::string gate_rows(const std::vector<Gate>& gates) {
    std::string rows;
    for (const Gate& gate : gates) {
        rows += fmt::format(
            "<tr><td>{}</td><td>{:.4g}</td><td>{} {:.4g}</td><td>{}</td></tr>\n",
            escaped(gate.name),
            gate.value,
            gate.is_upper ? "≤" : "≥",
            gate.limit,
            gate.has_passed() ? "✓ holds" : "✗ does not hold"
        );
    }
    return rows;
}

std::string advice_items(const std::vector<Advice>& advice) {
    constexpr std::array classes{"problem", "warning", "idea"};
    std::string items;
    for (const Advice& one : advice) {
        items += fmt::format(
            "<li class=\"{}\">{}</li>\n",
            classes.at(static_cast<std::size_t>(one.kind)),
            escaped(one.text)
        );
    }
    return items;
}

std::string what_if_rows(const std::vector<WhatIf>& tried) {
    constexpr std::size_t shown = 25;
    std::string rows;
    for (std::size_t at = 0; at < std::min(shown, tried.size()); ++at) {
        const WhatIf& choice = tried[at];
        rows += fmt::format(
            "<tr><td>{} {}</td><td>{}</td><td>{:.1f}</td><td>{:.2f}</td><td>{} / {}</td>"
            "<td>{:.0f} %</td><td class=\"text\">{}</td></tr>\n",
            choice.partitions,
            escaped(choice.partitioner),
            choice.virtual_partitions == 0
                ? "a lane per key"
                : fmt::format("× {} {}", choice.virtual_partitions, escaped(choice.reducer)),
            choice.speedup_ceiling,
            choice.max_over_mean,
            choice.used,
            choice.lanes,
            100 * choice.moved_share,
            escaped(choice.reason)
        );
    }
    return rows;
}

std::string hot_key_rows(const Distribution& judged) {
    std::string rows;
    for (const HeavyKey& key : judged.hot_keys) {
        rows += fmt::format(
            "<tr><td><code>{}</code></td><td>{}</td><td>{:.3f} %</td></tr>\n",
            escaped(readable_key(key.key)),
            key.weight,
            100 * static_cast<double>(key.weight) /
                static_cast<double>(std::max<std::uint64_t>(judged.weight, 1))
        );
    }
    return rows;
}

/// The picture's own element, without the XML head, so that it can stand inside the page.
std::string svg_element(const std::string& file) {
    const std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    const std::string svg = text.str();
    const std::size_t begin = svg.find("<svg");
    return begin == std::string::npos ? "" : svg.substr(begin);
}

std::string table(std::string_view title, std::string_view head, const std::string& rows) {
    if (rows.empty()) return {};
    return fmt::format(
        "<h2>{}</h2>\n<div "
        "class=wide><table><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table></div>\n",
        title,
        head,
        rows
    );
}

std::string page_text(const DistributionReport& report, const std::string& figures) {
    const Distribution& judged = report.distribution;
    std::string page = fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\">"
        "<title>Key distribution: {0}</title>\n<style>{1}</style></head><body>\n"
        "<h1>Key distribution</h1>\n<p class=\"lead\">{0}</p>\n",
        escaped(report.input),
        style
    );
    page += fmt::format(
        "<p><span class=\"verdict {}\">{}</span></p>\n"
        "<p>{} {} · {}{} distinct keys, as good as {:.0f} equal ones · speed-up ceiling "
        "<b>{:.1f}</b>{}{}</p>\n",
        !report.has_passed()         ? "no"
        : report.problem_count() > 0 ? "look"
                                     : "yes",
        escaped(report.verdict()),
        judged.weight,
        escaped(report.weight),
        judged.is_exact ? "" : "about ",
        judged.distinct_keys,
        judged.effective_keys,
        judged.speedup_ceiling,
        judged.workers > 0 ? fmt::format(" of {} workers", judged.workers) : "",
        judged.partition_lane ? fmt::format(
                                    " · {} of {} (partition, lane) pairs can be reached",
                                    judged.partition_lane->reachable,
                                    judged.partition_lane->lanes
                                )
                              : ""
    );
    if (!report.advice.empty()) {
        page += "<h2>Advice</h2>\n<ul>\n" + advice_items(report.advice) + "</ul>\n";
    }
    page += table(
        "Gates", "<th>gate</th><th>value</th><th>limit</th><th></th>", gate_rows(report.gates)
    );
    page += table(
        "Levels",
        "<th>level</th><th>lanes</th><th>used</th><th>heaviest over mean</th><th>fair: mean</th>"
        "<th>fair: 99.9 %</th><th>p</th><th>collisions</th><th>ceiling</th>",
        level_rows(judged)
    );
    page += figures;
    page += table("Hot keys", "<th>key</th><th>load</th><th>share</th>", hot_key_rows(judged));
    page += table(
        "What if",
        "<th>partitions</th><th>lanes</th><th>ceiling</th><th>heaviest over mean</th><th>used</th>"
        "<th>keys moved</th><th class=\"text\">why</th>",
        what_if_rows(report.tried)
    );
    page += fmt::format(
        "<p class=\"lead\">Chances by trials take seed {}. A fair hash puts each key in each lane "
        "with equal chance; the ceiling is the total over the heaviest lane.</p></body></html>\n",
        report.seed
    );
    return page;
}

}  // namespace

std::expected<std::string, Error> draw_figures(
    const DistributionReport& report, const KeyCensus& census, const std::string& folder
) {
    const DistributionPictures pictures = pictures_of(report, census);
    std::string figures;
    const auto draw_both = [&](const std::string& name, const auto& picture) {
        std::expected<void, Error> drawn;
        for (const char* ending : {".png", ".svg"}) {
            drawn = draw(picture, folder + "/" + name + ending);
            if (!drawn) return drawn;
        }
        figures += "<figure>" + svg_element(folder + "/" + name + ".svg") + "</figure>\n";
        return drawn;
    };
    for (const auto& [name, plot] : pictures.plots) {
        if (auto drawn = draw_both(name, plot); !drawn) return std::unexpected(drawn.error());
    }
    for (const auto& [name, map] : pictures.maps) {
        if (auto drawn = draw_both(name, map); !drawn) return std::unexpected(drawn.error());
    }
    return figures;
}

std::expected<void, Error> write_distribution_page(
    const DistributionReport& report, const KeyCensus& census, const std::string& folder
) {
    const auto figures = draw_figures(report, census, folder);
    if (!figures) return std::unexpected(figures.error());
    const std::string path = folder + "/distribution.html";
    std::ofstream file(path, std::ios::binary);
    file << page_text(report, *figures);
    file.close();
    if (file) return {};
    return std::unexpected(Error{
        .code = Errc::client_failed, .what = "the page cannot be written", .where = path});
}

}  // namespace odradek
