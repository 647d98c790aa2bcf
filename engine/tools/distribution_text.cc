#include "engine/tools/distribution_report.h"
#include "engine/tools/readable_key.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

#include <fmt/format.h>

namespace odradek {

namespace {

constexpr std::size_t bars_max = 24;  // lanes drawn as one bar each
constexpr std::size_t strip_rows_max = 24;
constexpr std::size_t bar_columns = 40;
constexpr std::size_t hot_keys_shown = 10;
constexpr std::size_t tried_shown = 6;

/// "12,345,678".
std::string grouped(std::uint64_t number) {
    std::string text = fmt::format("{}", number);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, ",");
    }
    return text;
}

std::string decimals(double value) {
    if (value >= 1000) return grouped(static_cast<std::uint64_t>(std::llround(value)));
    return fmt::format("{:.{}f}", value, value >= 100 ? 1 : 2);
}

/// A bar of `width` columns, eighths of a column at its end.
std::string bar(double columns) {
    constexpr std::array<std::string_view, 8> eighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const auto whole = static_cast<std::size_t>(std::max(0.0, columns));
    std::string text;
    for (std::size_t i = 0; i < whole; ++i) {
        text += "█";
    }
    const double rest = (columns - static_cast<double>(whole)) * 8;
    text += eighths.at(std::min<std::size_t>(7, static_cast<std::size_t>(std::max(0.0, rest))));
    return text;
}

std::string shortened(std::string key, std::size_t columns) {
    std::ranges::replace_if(
        key, [](unsigned char letter) { return letter < ' '; }, '?'
    );
    if (key.size() <= columns) return key;
    std::size_t stop = columns - 3;
    while (stop > 0 && (static_cast<unsigned char>(key[stop]) & 0xC0U) == 0x80U) {
        --stop;  // not inside a UTF-8 sequence
    }
    return key.substr(0, stop) + "…";
}

class Page {
public:
    Page(const DistributionReport& report, Colours colours)
        : report_(report)
        , judged_(report.distribution)
        , has_colours_(colours == Colours::on) {}

    std::string text() {
        head();
        levels();
        for (const LevelJudgement& level : judged_.levels) {
            if (level.level != Level::key) loads(level);
        }
        hot_keys();
        ceiling();
        tried();
        drift();
        advice();
        gates();
        return text_;
    }

private:
    [[nodiscard]] std::string coloured(const char* code, std::string_view text) const {
        return has_colours_ ? fmt::format("\x1B[{}m{}\x1B[0m", code, text) : std::string(text);
    }
    [[nodiscard]] std::string good(std::string_view text) const { return coloured("32", text); }
    [[nodiscard]] std::string bad(std::string_view text) const { return coloured("31", text); }
    [[nodiscard]] std::string warm(std::string_view text) const { return coloured("33", text); }
    void title(std::string_view text) { text_ += "\n" + coloured("1", text) + "\n"; }

    void head() {
        text_ += coloured("1", report_.input) + "\n";
        text_ += fmt::format(
            "{} {} · {}{} distinct keys · as good as {} equal keys\n",
            grouped(judged_.weight),
            report_.weight,
            judged_.is_exact ? "" : "about ",
            grouped(judged_.distinct_keys),
            decimals(judged_.effective_keys)
        );
        if (!judged_.is_exact) {
            text_ += fmt::format(
                "lane loads are exact; per-key figures come from a uniform sample of {} keys; "
                "weights "
                "of hot keys are at most {} too high\n",
                grouped(judged_.sampled_keys),
                grouped(judged_.hot_key_error_max)
            );
        }
        if (judged_.keyless > 0) {
            text_ += fmt::format("{} {} without key\n", grouped(judged_.keyless), report_.weight);
        }
    }

    [[nodiscard]] std::string hash_of(Level level) const {
        const Layout& layout = report_.layout;
        switch (level) {
            case Level::partition:
                return layout.partitioner ? layout.partitioner->name() : "as in the input";
            case Level::virtual_partition:
                return layout.reducer.name();
            case Level::segment:
                return layout.segment_reducer.name();
            case Level::key:
                return "a lane per key";
        }
        return "";
    }

    [[nodiscard]] std::string verdict(const LevelJudgement& level) const {
        if (level.level == Level::key) return "";
        if (level.lanes < 2) return "one lane";
        const double p = std::min(level.p_value.value_or(1), level.g_p_value.value_or(1));
        if (p < 0.001 && level.max_over_mean > level.fair_max_over_mean) {
            return bad(fmt::format("worse than luck (p {:.1g})", p));
        }
        if (p < 0.001) return warm(fmt::format("uneven beyond luck (p {:.1g})", p));
        if (level.max_over_mean > 1.5) return warm("uneven, but by luck: few or heavy keys");
        return good("as a fair hash");
    }

    void levels() {
        title("levels");
        text_ += fmt::format(
            "  {:<18} {:<16} {:>10} {:>10} {:>9} {:>16}  {}\n",
            "level",
            "by",
            "lanes",
            "used",
            "heaviest",
            "fair: mean/99.9%",
            "judgement"
        );
        for (const LevelJudgement& level : judged_.levels) {
            const bool is_key = level.level == Level::key;
            text_ += fmt::format(
                "  {:<18} {:<16} {:>10} {:>10} {:>8}× {:>16}  {}\n",
                name_of(level.level),
                hash_of(level.level),
                grouped(level.lanes),
                grouped(level.used),
                decimals(level.max_over_mean),
                is_key ? ""
                       : fmt::format(
                             "{} / {}",
                             decimals(level.expected_max_over_mean),
                             decimals(level.fair_max_over_mean)
                         ),
                verdict(level)
            );
        }
        const auto& pairs = judged_.partition_lane;
        if (!pairs) return;
        const std::string reach = fmt::format(
            "  {} of {} (partition, lane) pairs can be reached; correlation {:.3f}",
            grouped(pairs->reachable),
            grouped(pairs->lanes),
            pairs->strength
        );
        text_ += (pairs->reachable < pairs->lanes ? bad(reach) : reach) + "\n";
    }

    void loads(const LevelJudgement& level) {
        if (level.lanes < 2 || judged_.weight == 0) return;
        if (level.lanes <= bars_max) {
            bars(level);
        } else {
            strips(level);
        }
        collisions(level);
    }

    void collisions(const LevelJudgement& level) {
        const double mean = static_cast<double>(judged_.weight) / static_cast<double>(level.lanes);
        for (std::size_t at = 0; at < std::min<std::size_t>(3, level.shared.size()); ++at) {
            if (static_cast<double>(level.load[level.shared[at].lane]) < 1.5 * mean) continue;
            std::string list;
            for (const std::string& key : level.shared[at].keys) {
                list += (list.empty() ? "" : ", ") + shortened(key, 24);
            }
            text_ += fmt::format("  lane {} holds {}\n", level.shared[at].lane, list);
        }
    }

    void bars(const LevelJudgement& level) {
        const double mean = static_cast<double>(judged_.weight) / static_cast<double>(level.lanes);
        title(fmt::format("load by {}: {} is the mean", name_of(level.level), decimals(mean)));
        const double most = std::max(level.max_over_mean, 1.0);
        for (std::size_t lane = 0; lane < level.load.size(); ++lane) {
            const double over_mean = static_cast<double>(level.load[lane]) / mean;
            const std::string drawn = bar(bar_columns * over_mean / most);
            const double limit = std::max(1.5, level.fair_max_over_mean);
            text_ += fmt::format(
                "  {:>4} {} {} {:.2f}×\n",
                lane,
                over_mean > limit ? bad(drawn) : coloured("36", drawn),
                grouped(level.load[lane]),
                over_mean
            );
        }
    }

    /// One character a lane: its height is the load over the mean, full at twice the mean.
    void strips(const LevelJudgement& level) {
        constexpr std::array<std::string_view, 8> heights{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
        const double mean = static_cast<double>(judged_.weight) / static_cast<double>(level.lanes);
        const bool is_inner = level.level == Level::virtual_partition;
        const std::size_t columns =
            is_inner ? std::min<std::size_t>(report_.layout.virtual_partitions, 80) : 80;
        title(fmt::format(
            "load by {}: a lane is {} empty, {} at the mean, {} at twice the mean and more",
            name_of(level.level),
            "·",
            heights[3],
            heights[7]
        ));
        const std::size_t per_row = is_inner ? report_.layout.virtual_partitions : columns;
        std::size_t row = 0;
        for (std::size_t at = 0; at < level.load.size() && row < strip_rows_max; at += per_row) {
            const auto lanes = std::span{level.load}.subspan(at).first(
                std::min({per_row, columns, level.load.size() - at})
            );
            text_ += fmt::format("  {:>6} ", is_inner ? row : at);
            for (const std::uint64_t load : lanes) {
                const double over_mean = static_cast<double>(load) / mean;
                const auto height = static_cast<std::size_t>(std::clamp(over_mean * 4, 0.0, 7.0));
                text_ += load == 0       ? "·"
                         : over_mean > 2 ? bad(heights[7])
                                         : std::string(heights.at(height));
            }
            text_ += per_row > columns ? " …\n" : "\n";
            ++row;
        }
        if (row * per_row < level.load.size()) text_ += "  … and more\n";
    }

    void hot_keys() {
        if (judged_.hot_keys.empty() || judged_.weight == 0) return;
        title("hot keys");
        const double heaviest = static_cast<double>(judged_.hot_keys.front().weight);
        for (std::size_t at = 0; at < std::min(hot_keys_shown, judged_.hot_keys.size()); ++at) {
            const HeavyKey& key = judged_.hot_keys[at];
            const auto weight = static_cast<double>(key.weight);
            text_ += fmt::format(
                "  {:<28} {:>12} {:>8.3f} % {}{}\n",
                shortened(readable_key(key.key), 28),
                grouped(key.weight),
                100 * weight / static_cast<double>(judged_.weight),
                bar(24 * weight / std::max(heaviest, 1.0)),
                key.error > 0 ? fmt::format(" at most {} too high", grouped(key.error)) : ""
            );
        }
    }

    void ceiling() {
        title("speed-up ceiling");
        const bool has_lanes = report_.layout.virtual_partitions > 0;
        const LevelJudgement* const keys = judged_.level(Level::key);
        const LevelJudgement* const partitions = judged_.level(Level::partition);
        text_ += fmt::format(
            "  {} with {}{}   (a worker per partition {}, a lane per key {})\n",
            coloured("1", decimals(judged_.speedup_ceiling) + "×"),
            has_lanes ? "these virtual partitions" : "a lane per key",
            judged_.workers > 0 ? fmt::format(" and {} workers", grouped(judged_.workers)) : "",
            decimals(partitions->speedup_ceiling),
            decimals(keys->speedup_ceiling)
        );
    }

    void tried() {
        if (report_.tried.empty()) return;
        title(fmt::format("what if: {} layouts, best first", report_.tried.size()));
        for (std::size_t at = 0; at < std::min(tried_shown, report_.tried.size()); ++at) {
            const WhatIf& choice = report_.tried[at];
            const std::string lanes =
                choice.virtual_partitions == 0
                    ? "key lanes"
                    : fmt::format("× {} {}", choice.virtual_partitions, choice.reducer);
            text_ += fmt::format(
                "  {:>5} {:<9} {:<22} ceiling {:>8}  heaviest {:>7}×\n        {}\n",
                choice.partitions,
                choice.partitioner,
                lanes,
                decimals(choice.speedup_ceiling),
                decimals(choice.max_over_mean),
                choice.reason
            );
        }
    }

    void drift() {
        if (!report_.drift) return;
        const Drift& drift = *report_.drift;
        title("drift from the baseline");
        text_ += fmt::format(
            "  hot keys {:.2f} %{}, effective keys ×{:.2f}, ceiling ×{:.2f}, {} new hot keys, {} "
            "gone\n",
            100 * drift.hot_keys,
            drift.partitions ? fmt::format(", partitions {:.2f} %", 100 * *drift.partitions) : "",
            drift.effective_keys_ratio,
            drift.speedup_ratio,
            drift.new_hot_keys.size(),
            drift.gone_hot_keys.size()
        );
    }

    void advice() {
        if (report_.advice.empty()) return;
        title("advice");
        for (const Advice& advice : report_.advice) {
            const bool is_problem = advice.kind == Advice::Kind::problem;
            const bool is_idea = advice.kind == Advice::Kind::idea;
            const std::string mark = is_problem ? bad("!") : is_idea ? good("→") : warm("?");
            text_ += "  " + mark + " " + wrapped(advice.text) + "\n";
        }
    }

    static std::string wrapped(std::string_view text) {
        constexpr std::size_t columns = 94;
        std::string result;
        while (text.size() > columns) {
            std::size_t stop = text.rfind(' ', columns);
            if (stop == std::string_view::npos || stop == 0) break;
            result.append(text.substr(0, stop)).append("\n    ");
            text.remove_prefix(stop + 1);
        }
        return result.append(text);
    }

    static std::string shown(const Gate& gate, double value) {
        const bool is_share =
            gate.name == "max_hot_key" || gate.name == "min_agreement" || gate.name == "max_drift";
        return is_share ? fmt::format("{:.2f} %", 100 * value) : decimals(value);
    }

    void gates() {
        if (report_.gates.empty()) {
            title("no gates");
            return;
        }
        title("gates");
        for (const Gate& gate : report_.gates) {
            text_ += fmt::format(
                "  {} {:<36} {:>10} {} {}\n",
                gate.has_passed() ? good("✓") : bad("✗"),
                gate.name,
                shown(gate, gate.value),
                gate.is_upper ? "≤" : "≥",
                shown(gate, gate.limit)
            );
        }
        const std::string verdict = report_.verdict();
        const bool has_problems = report_.problem_count() > 0;
        text_ += !report_.has_passed() ? bad(verdict)
                 : has_problems        ? warm(verdict)
                                       : good(verdict);
        text_ += "\n";
    }

    const DistributionReport& report_;
    const Distribution& judged_;
    bool has_colours_;
    std::string text_;
};

}  // namespace

std::string to_text(const DistributionReport& report, Colours colours) {
    return Page{report, colours}.text();
}

}  // namespace odradek
