#include "engine/cli/distribution_command.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace odradek {

namespace {

void print_mistakes(std::span<const InputMistake> mistakes, std::size_t count) {
    for (const InputMistake& mistake : mistakes) {
        report_error(to_string(mistake), mistake.remedy);
    }
    if (count > mistakes.size()) {
        report_error(fmt::format("and {} more mistakes in this input", count - mistakes.size()));
    }
}

/// A line on standard error that counts rows, when that is a terminal.
class Progress {
public:
    void add(std::size_t rows) {
        rows_ += rows;
        if (!is_terminal_ || rows_ < shown_ + every) return;
        shown_ = rows_;
        fmt::print(stderr, "\r{} million keys read", rows_ / 1'000'000);
        (void)std::fflush(stderr);
    }
    void clear() const {
        if (shown_ > 0) fmt::print(stderr, "\r\x1B[K");
    }

private:
    static constexpr std::size_t every = 1'000'000;

    bool is_terminal_ = isatty(STDERR_FILENO) == 1;
    std::size_t rows_ = 0;
    std::size_t shown_ = 0;
};

std::expected<std::string, std::string> read_file(const std::string& path) {
    const std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    if (!file) return std::unexpected(path + ": cannot be read");
    return text.str();
}

bool write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (file) return true;
    report_error(fmt::format("{}: cannot be written", path), "check the folder and the space left");
    return false;
}

/// One run, step by step; each step that fails sets the exit code.
class Run {
public:
    Run(DistributionOptions options, const DistributionExtras& extras)
        : options_(std::move(options))
        , extras_(extras) {}

    ExitCode run() {
        if (!read_baseline_file() || !open_source()) return code_;
        LaneLoads loads{options_.layout};
        KeyCounter counter{{.exact_keys_max = options_.exact_keys_max}, &loads};
        if (!read_keys(counter)) return code_;
        const KeyCensus census = counter.census();
        if (!judge(census, loads)) return code_;
        if (!write_outputs(census)) return code_;
        return report_.has_passed() ? ExitCode::passed : ExitCode::not_held;
    }

private:
    bool fail(ExitCode code, std::string_view what, std::string_view remedy = {}) {
        if (!what.empty()) report_error(what, remedy);
        code_ = code;
        return false;
    }

    bool read_baseline_file() {
        if (options_.baseline_file.empty()) return true;
        const auto text = read_file(options_.baseline_file);
        if (!text) return fail(ExitCode::usage, text.error(), "save one with --format json > FILE");
        auto baseline = read_baseline(*text);
        if (!baseline) {
            return fail(
                ExitCode::usage,
                fmt::format("{}: {}", options_.baseline_file, baseline.error()),
                "save one with --format json > FILE"
            );
        }
        baseline_ = std::move(*baseline);
        return true;
    }

    bool open_source() {
        if (options_.live) return open_topic();
        auto source = open_key_source(options_.source);
        if (!source) {
            print_mistakes(source.error(), source.error().size());
            return fail(ExitCode::usage, {});
        }
        source_ = std::move(*source);
        report_.input = options_.source.path == "-" ? "standard input" : options_.source.path;
        return true;
    }

    bool open_topic() {
        if (!extras_.open_topic) {
            return fail(ExitCode::usage, "this build reads no live topics", "use --keys FILE");
        }
        std::uint32_t partitions = 0;
        auto source = extras_.open_topic(*options_.live, partitions);
        if (!source) {
            const bool is_usage = source.error().code == Errc::unknown_topic ||
                                  source.error().code == Errc::invalid_options;
            return fail(
                is_usage ? ExitCode::usage : ExitCode::environment,
                to_string(source.error()),
                is_usage ? "check --topic and --property" : "check --brokers and --property"
            );
        }
        const std::uint32_t said = options_.layout.partitions;
        if (said > 1 && said != partitions) {
            return fail(
                ExitCode::usage,
                fmt::format(
                    "topic {} has {} partitions, not {}", options_.live->topic, partitions, said
                ),
                "leave --partitions out, or try the other number with --what-if partitions=N"
            );
        }
        source_ = std::move(*source);
        options_.layout.partitions = partitions;
        report_.input = "topic " + options_.live->topic;
        return true;
    }

    bool read_keys(KeyCounter& counter) {
        Progress progress;
        for (auto batch = source_->next(); !batch.empty(); batch = source_->next()) {
            counter.add(batch);
            progress.add(batch.size());
        }
        progress.clear();
        const MistakeList& mistakes = source_->mistakes();
        if (mistakes.count() == 0) return true;
        print_mistakes(mistakes.kept(), mistakes.count());
        return fail(options_.live ? ExitCode::environment : ExitCode::usage, {});
    }

    bool judge(const KeyCensus& census, LaneLoads& loads) {
        report_.input += " · " + source_->description();
        report_.weight = options_.judge.is_weighted && options_.source.weight_column != "records"
                             ? "of weight " + options_.source.weight_column
                             : "records";
        report_.layout = options_.layout;
        report_.seed = options_.judge.fair.seed;
        report_.distribution = judge_distribution(census, loads, options_.judge);
        if (!loads.mistakes().empty()) {
            for (const PlacementMistake& mistake : loads.mistakes()) {
                report_error(fmt::format("key {}: {}", mistake.key, mistake.what));
            }
            return fail(
                ExitCode::usage,
                "records are placed where nothing is",
                "check --partitions and the reducer"
            );
        }
        if (const WhatIfAxes wanted = axes(census); !wanted.is_empty()) {
            auto tried = try_layouts(census, options_.layout, wanted, options_.judge.workers);
            if (!tried) return fail(ExitCode::usage, "--what-if: " + tried.error());
            report_.tried = std::move(*tried);
        }
        if (baseline_) report_.drift = measure_drift(report_.distribution, *baseline_);
        std::optional<double> drift;
        if (report_.drift) drift = report_.drift->largest();
        report_.gates = check_gates(report_.distribution, options_.gates, drift);
        report_.advice = advise(report_.distribution, options_.layout, report_.tried);
        return true;
    }

    /// What was asked for; else, with virtual partitions, whether a salted hash or key lanes would
    /// do better, as long as that costs next to nothing.
    [[nodiscard]] WhatIfAxes axes(const KeyCensus& census) const {
        constexpr std::size_t cheap = 1'000'000;
        WhatIfAxes axes = options_.what_if;
        const Layout& layout = options_.layout;
        const bool is_dear = layout.virtual_partitions == 0 || census.keys.size() > cheap;
        if (!axes.is_empty() || is_dear) return axes;
        axes.virtual_partitions = {layout.virtual_partitions, 0};
        axes.reducers = {layout.reducer.name()};
        if (layout.reducer.name() != "murmur2-salted") axes.reducers.emplace_back("murmur2-salted");
        return axes;
    }

    bool write_outputs(const KeyCensus& census) {
        if (!options_.junit_file.empty() && !write_file(options_.junit_file, to_junit(report_))) {
            return fail(ExitCode::environment, {});
        }
        if (!options_.out_folder.empty()) {
            std::error_code error;
            std::filesystem::create_directories(options_.out_folder, error);
            if (!write_file(options_.out_folder + "/distribution.json", to_json(report_))) {
                return fail(ExitCode::environment, {});
            }
            if (extras_.write_page) {
                const auto written = extras_.write_page(report_, census, options_.out_folder);
                if (!written) return fail(ExitCode::environment, to_string(written.error()));
            }
        }
        const bool has_colours = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
        fmt::print(
            "{}",
            options_.is_json ? to_json(report_)
                             : to_text(report_, has_colours ? Colours::on : Colours::off)
        );
        return true;
    }

    DistributionOptions options_;
    const DistributionExtras& extras_;
    std::unique_ptr<KeySource> source_;
    std::optional<Baseline> baseline_;
    DistributionReport report_{
        .input = {},
        .weight = {},
        .layout = options_.layout,
        .distribution = {},
        .gates = {},
        .advice = {},
        .tried = {},
        .drift = {}};
    ExitCode code_ = ExitCode::passed;
};

}  // namespace

ExitCode run_distribution(
    std::span<const std::string> arguments, const DistributionExtras& extras
) {
    auto options = parse_distribution_options(arguments, extras.own_reducers);
    if (options) return Run{std::move(*options), extras}.run();
    if (options.error().is_help) {
        fmt::print("{}", options.error().text);
        return ExitCode::passed;
    }
    for (const ConfigError& mistake : options.error().mistakes) {
        report_error(
            to_string(ConfigError{mistake.file, mistake.line, mistake.column, mistake.what, {}}),
            mistake.help
        );
    }
    if (!options.error().text.empty()) report_error(options.error().text, options.error().remedy);
    return ExitCode::usage;
}

}  // namespace odradek
