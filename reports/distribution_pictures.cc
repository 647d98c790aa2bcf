#include "engine/tools/readable_key.h"
#include "reports/distribution_page.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>

namespace odradek {

namespace {

constexpr std::size_t points_max = 2'000;
constexpr double deviations_of_999 = 3.2905;  // of a normal, both sides

std::vector<double> counted(std::size_t count, double first = 0) {
    std::vector<double> numbers(count);
    std::iota(numbers.begin(), numbers.end(), first);
    return numbers;
}

PlotSeries flat_line(double from, double to, double height, std::string name) {
    return {
        .kind = PlotSeries::Kind::line,
        .name = std::move(name),
        .x = {from, to},
        .y = {height, height},
        .y_high = {},
        .colour = "#4a5568",
        .is_dashed = true};
}

std::string title_of(Level level) {
    std::string title{name_of(level)};
    std::ranges::replace(title, '_', ' ');
    return title;
}

/// Every lane's load over the mean; with very many lanes sorted, as then no single one is seen.
Plot lane_plot(const DistributionReport& report, const LevelJudgement& level) {
    const double mean = static_cast<double>(report.distribution.weight) /
                        std::max(1.0, static_cast<double>(level.lanes));
    std::vector<double> loads;
    for (const std::uint64_t load : level.load) {
        loads.push_back(static_cast<double>(load) / mean);
    }
    const bool is_sorted = loads.size() > points_max;
    if (is_sorted) {
        std::ranges::sort(loads, std::greater<>{});
        const std::size_t stride = loads.size() / points_max + 1;
        std::vector<double> fewer;
        for (std::size_t at = 0; at < loads.size(); at += stride) {
            fewer.push_back(loads[at]);
        }
        loads = std::move(fewer);
    }
    const auto end = static_cast<double>(loads.size()) - 0.5;
    // variance of a fair lane: Σw² / n · (1 − 1/n)
    const double spread = report.distribution.effective_keys > 0
                              ? deviations_of_999 * std::sqrt(
                                                        (static_cast<double>(level.lanes) - 1) /
                                                        report.distribution.effective_keys
                                                    )
                              : 0;
    std::vector<double> over(loads.size());
    const double limit = std::max(level.fair_max_over_mean, 1.5);
    std::ranges::transform(loads, over.begin(), [&](double load) {
        return load > limit ? load : 0;
    });
    Plot plot{
        .title = fmt::format(
            "Load by {}: {} lanes, {} used", title_of(level.level), level.lanes, level.used
        ),
        .x_label = is_sorted ? "lanes, heaviest first" : "lane",
        .y_label = "load over the mean",
        .series =
            {{.kind = PlotSeries::Kind::band,
              .name = "one lane of a fair hash, 99.9 %",
              .x = {-0.5, end},
              .y = {std::max(0.0, 1 - spread), std::max(0.0, 1 - spread)},
              .y_high = {1 + spread, 1 + spread},
              .colour = "#cbd5e0"},
             {.kind = PlotSeries::Kind::bars,
              .name = "load",
              .x = counted(loads.size()),
              .y = loads},
             flat_line(
                 -0.5, end, level.fair_max_over_mean, "heaviest lane of a fair hash, 99.9 %"
             )},
        .x_range = std::pair{-0.5, end},
        .y_range = std::pair{0.0, 1.08 * std::max(level.max_over_mean, level.fair_max_over_mean)}};
    if (std::ranges::max(over) > 0) {
        plot.series.push_back(
            {.kind = PlotSeries::Kind::bars,
             .name = "beyond what luck and the gate allow",
             .x = counted(loads.size()),
             .y = over,
             .y_high = {},
             .colour = "#c53030"}
        );
    }
    return plot;
}

/// Share of the load that the lightest part carries: the diagonal is an even spread.
PlotSeries lorenz_curve(std::vector<double> weights, std::string name, std::string colour) {
    std::ranges::sort(weights);
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    PlotSeries curve{
        .kind = PlotSeries::Kind::line,
        .name = std::move(name),
        .x = {0},
        .y = {0},
        .y_high = {},
        .colour = std::move(colour)};
    const std::size_t stride = weights.size() / points_max + 1;
    double sum = 0;
    for (std::size_t at = 0; at < weights.size(); ++at) {
        sum += weights[at];
        if ((at + 1) % stride != 0 && at + 1 != weights.size()) continue;
        curve.x.push_back(100 * static_cast<double>(at + 1) / static_cast<double>(weights.size()));
        curve.y.push_back(total > 0 ? 100 * sum / total : 0);
    }
    return curve;
}

Plot lorenz_plot(const DistributionReport& report, const KeyCensus& census) {
    Plot plot{
        .title = "Lorenz curve: how much the light ones carry",
        .x_label = "% of keys or lanes, lightest first",
        .y_label = "% of the load",
        .series =
            {{.kind = PlotSeries::Kind::line,
              .name = "even",
              .x = {0, 100},
              .y = {0, 100},
              .y_high = {},
              .colour = "#a0aec0",
              .is_dashed = true}},
        .x_range = std::pair{0.0, 100.0},
        .y_range = std::pair{0.0, 100.0}};
    const std::map<Level, std::string> colours{
        {Level::partition, "#2b6cb0"},
        {Level::virtual_partition, "#2f855a"},
        {Level::segment, "#b7791f"}};
    for (const LevelJudgement& level : report.distribution.levels) {
        if (!colours.contains(level.level) || level.lanes < 2) continue;
        plot.series.push_back(lorenz_curve(
            {level.load.begin(), level.load.end()},
            title_of(level.level) + "s",
            colours.at(level.level)
        ));
    }
    std::vector<double> weights;
    for (const CountedKey& key : census.keys) {
        weights.push_back(static_cast<double>(key.weight));
    }
    plot.series.push_back(lorenz_curve(std::move(weights), "keys", "#c53030"));
    return plot;
}

Plot hot_key_plot(const DistributionReport& report) {
    Plot plot{
        .title = "Hot keys",
        .x_label = "",
        .y_label = "% of the load",
        .series = {{.kind = PlotSeries::Kind::bars, .name = "", .x = {}, .y = {}}}};
    for (const HeavyKey& key : report.distribution.hot_keys) {
        PlotSeries& bars = plot.series.front();
        bars.x.push_back(static_cast<double>(bars.x.size()));
        bars.y.push_back(
            100 * static_cast<double>(key.weight) / static_cast<double>(report.distribution.weight)
        );
        plot.x_names.push_back(readable_key(key.key).substr(0, 24));
    }
    const auto end = static_cast<double>(plot.x_names.size()) - 0.5;
    plot.x_range = std::pair{-0.5, end};
    double most = plot.series.front().y.front();
    if (report.distribution.workers > 0) {
        const double share = 100.0 / report.distribution.workers;
        plot.series.push_back(flat_line(-0.5, end, share, "share of one worker"));
        if (share < 3 * most) most = std::max(most, share);  // else far above all keys
    }
    plot.y_range = std::pair{0.0, 1.08 * most};
    return plot;
}

/// Best ceiling of each number of partitions and lanes.
HeatMap what_if_map(const std::vector<WhatIf>& tried) {
    std::set<std::uint32_t> partitions;
    std::set<std::uint32_t> lanes;
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> best;
    for (const WhatIf& choice : tried) {
        partitions.insert(choice.partitions);
        lanes.insert(choice.virtual_partitions);
        double& ceiling = best[{choice.partitions, choice.virtual_partitions}];
        ceiling = std::max(ceiling, choice.speedup_ceiling);
    }
    HeatMap map{
        .title = "What if: speed-up ceiling of each layout (best reducer)",
        .x_label = "virtual partitions of each partition",
        .y_label = "partitions",
        .value_label = "speed-up ceiling",
        .x_names = {},
        .y_names = {},
        .values = {}};
    for (const std::uint32_t lane : lanes) {
        map.x_names.push_back(lane == 0 ? "per key" : fmt::format("{}", lane));
    }
    for (const std::uint32_t partition : partitions) {
        map.y_names.push_back(fmt::format("{}", partition));
        std::vector<double>& row = map.values.emplace_back();
        for (const std::uint32_t lane : lanes) {
            row.push_back(best[{partition, lane}]);
        }
    }
    return map;
}

Plot what_if_bars(const std::vector<WhatIf>& tried) {
    Plot plot{
        .title = "What if: speed-up ceiling of the best layouts",
        .x_label = "",
        .y_label = "speed-up ceiling",
        .series = {{.kind = PlotSeries::Kind::bars, .name = "", .x = {}, .y = {}}}};
    constexpr std::size_t shown = 16;
    for (std::size_t at = 0; at < std::min(shown, tried.size()); ++at) {
        const WhatIf& choice = tried[at];
        plot.series.front().x.push_back(static_cast<double>(at));
        plot.series.front().y.push_back(choice.speedup_ceiling);
        plot.x_names.push_back(
            choice.virtual_partitions == 0
                ? fmt::format("{} · key lanes", choice.partitions)
                : fmt::format(
                      "{} × {} {}", choice.partitions, choice.virtual_partitions, choice.reducer
                  )
        );
    }
    plot.x_range = std::pair{-0.5, static_cast<double>(plot.x_names.size()) - 0.5};
    const auto [least, most] = std::ranges::minmax(plot.series.front().y);
    plot.is_y_logarithmic = most > 50 * least && least >= 1;
    plot.y_range = std::pair{plot.is_y_logarithmic ? 1.0 : 0.0, 1.08 * most};
    return plot;
}

}  // namespace

DistributionPictures pictures_of(const DistributionReport& report, const KeyCensus& census) {
    DistributionPictures pictures;
    if (report.distribution.weight == 0) return pictures;
    for (const LevelJudgement& level : report.distribution.levels) {
        if (level.level == Level::key || level.lanes < 2) continue;
        pictures.plots.emplace_back(
            fmt::format("load_{}", name_of(level.level)), lane_plot(report, level)
        );
    }
    pictures.plots.emplace_back("lorenz", lorenz_plot(report, census));
    if (!report.distribution.hot_keys.empty()) {
        pictures.plots.emplace_back("hot_keys", hot_key_plot(report));
    }
    if (report.tried.empty()) return pictures;
    HeatMap map = what_if_map(report.tried);
    if (map.x_names.size() > 1 && map.y_names.size() > 1) {
        pictures.maps.emplace_back("what_if", std::move(map));
    } else {
        pictures.plots.emplace_back("what_if", what_if_bars(report.tried));
    }
    return pictures;
}

}  // namespace odradek
