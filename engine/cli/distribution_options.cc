#include "engine/cli/distribution_options.h"

#include "engine/cli/command.h"
#include "engine/cli/command_line.h"
#include "engine/cli/distribution_contract.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace odradek {

namespace {

constexpr const char* description =
    "Tells before a deploy how the keys of a topic spread over partitions, virtual partitions, "
    "segments and key lanes, what a fair hash would have done with them, and how much faster than "
    "one worker any consumer in key order can be.\n"
    "Exit code 0: all gates hold. 1: one does not. 2: wrong options or input. 3: no broker.";

constexpr const char* footer =
    "Examples:\n"
    "  odradek distribution --keys keys.csv --column customer_id --partitions 12\n"
    "  odradek distribution --keys keys.csv.gz --column 2 --weight bytes --partitions 12 \\\n"
    "      --virtual-partitions 10 --reducer sum16 --concurrency 100 --min-speedup 40 -o report\n"
    "  odradek distribution --keys keys.txt --partitions 12 --what-if partitions=12,24,48 "
    "virtual-partitions=10..100\n"
    "  odradek distribution --contract orders.keys.yaml\n"
    "  odradek distribution --topic orders --brokers kafka:9092 --sample 1000000 \\\n"
    "      --property security.protocol=ssl --virtual-partitions 10\n"
    "  kcat -C -t orders -J | odradek distribution --keys - --input-format kcat --partitions 12\n"
    "Reducers and partitioners by name:\n";

/// The words as they were typed, before they are checked.
struct Typed {
    DistributionOptions options;
    std::string partitioner = "murmur2";
    std::string other_partitioner;
    std::string reducer = "sum16";  // Karafka's default for both, VP-1 and PS-2
    std::string segment_reducer;
    std::string input_format = "auto";
    std::string header = "auto";
    std::string delimiter;
    std::string format = "text";
    std::string null_text;
    std::string min_lanes_used;
    std::string max_hot_key;
    std::string min_agreement;
    std::string max_drift;
    std::string contract;
    std::vector<std::string> what_if;
    std::vector<std::string> properties;
    std::string properties_file;
    LiveTopic live;
    double max_over_mean = 0;
    double min_speedup = 0;
};

void add_input_options(CLI::App& app, Typed& typed) {
    KeySourceOptions& source = typed.options.source;
    const char* const group = "Input";
    app.add_option("--keys", source.path, "file of keys, - for standard input; gzip and zstd too")
        ->group(group);
    app.add_option("--column", source.key_column, "the key's column: header name or number from 1")
        ->group(group);
    app.add_option("--weight", source.weight_column, "column of whole numbers to weigh by")
        ->group(group);
    app.add_option(
           "--partition-column", source.partition_column, "column that says each record's partition"
    )
        ->group(group);
    app.add_option("--input-format", typed.input_format, "csv, jsonl, lines or kcat; else guessed")
        ->check(CLI::IsMember({"auto", "csv", "jsonl", "lines", "kcat"}))
        ->group(group);
    app.add_option("--header", typed.header, "does the CSV file have one: yes, no; else guessed")
        ->check(CLI::IsMember({"auto", "yes", "no"}))
        ->group(group);
    app.add_option("--delimiter", typed.delimiter, "one character, or tab; else guessed")
        ->group(group);
    app.add_option("--null", typed.null_text, "text that means no key, such as NULL")->group(group);
    app.add_option("--exact-keys", typed.options.exact_keys_max, "distinct keys counted exactly")
        ->check(CLI::PositiveNumber)
        ->default_val(KeyCounterOptions{}.exact_keys_max)
        ->group(group);
    app.add_option("--topic", typed.live.topic, "read the keys of this topic instead of a file")
        ->group(group);
    app.add_option("--brokers", typed.live.brokers, "HOST:PORT,… of its cluster")->group(group);
    app.add_option("--sample", typed.live.records_max, "records to read of the topic; else all")
        ->group(group);
    app.add_option(
           "--property", typed.properties, "client property K=V, such as security.protocol=ssl"
    )
        ->group(group);
    app.add_option(
           "--properties", typed.properties_file, "file of such lines: keeps secrets off ps"
    )
        ->group(group);
}

void add_layout_options(CLI::App& app, Typed& typed) {
    Layout& layout = typed.options.layout;
    const char* const group = "Layout";
    const CLI::Range counts{1, 1'000'000};
    layout.partitions = 0;
    app.add_option("--partitions", layout.partitions, "of the topic")->check(counts)->group(group);
    app.add_option("--partitioner", typed.partitioner, "the producer's, by name")
        ->capture_default_str()
        ->group(group);
    app.add_option(
           "--other-partitioner", typed.other_partitioner, "a second producer's: do they agree?"
    )
        ->group(group);
    app.add_option("--virtual-partitions", layout.virtual_partitions, "of each partition")
        ->check(counts)
        ->group(group);
    app.add_option("--reducer", typed.reducer, "key to virtual partition, by name")
        ->capture_default_str()
        ->group(group);
    app.add_option("--segments", layout.segments, "parallel consumer groups")
        ->check(counts)
        ->group(group);
    app.add_option("--segment-reducer", typed.segment_reducer, "key to segment; else --reducer")
        ->group(group);
    app.add_option("--concurrency", typed.options.judge.workers, "workers in all")
        ->check(counts)
        ->group(group);
    app.add_option(
           "--what-if", typed.what_if, "axes to try: partitions=12,24 reducer=sum16,murmur2"
    )
        ->group(group);
}

void add_gate_options(CLI::App& app, Typed& typed) {
    const char* const group = "Gates";
    app.add_option(
           "--max-over-mean",
           typed.max_over_mean,
           "heaviest lane over the mean; default 1.5 or what a fair hash does, the larger"
    )
        ->check(CLI::PositiveNumber)
        ->group(group);
    app.add_option(
           "--min-lanes-used", typed.min_lanes_used, "of those a fair hash would use; default 90%"
    )
        ->group(group);
    app.add_option("--min-speedup", typed.min_speedup, "the speed-up ceiling")
        ->check(CLI::PositiveNumber)
        ->group(group);
    app.add_option("--max-hot-key", typed.max_hot_key, "share of the heaviest key, such as 5%")
        ->group(group);
    app.add_option("--min-agreement", typed.min_agreement, "of the two partitioners, such as 100%")
        ->group(group);
    app.add_option("--max-drift", typed.max_drift, "from the baseline, such as 10%")->group(group);
    app.add_option("--baseline", typed.options.baseline_file, "earlier JSON result to compare with")
        ->group(group);
    app.add_option(
           "--contract", typed.contract, "YAML file of these options, kept beside the topic"
    )
        ->group(group);
    app.add_flag("--no-gates", typed.options.gates.are_off, "judge, never fail")->group(group);
}

void add_output_options(CLI::App& app, Typed& typed) {
    const char* const group = "Output";
    app.add_option("--format", typed.format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str()
        ->group(group);
    app.add_option("-o,--out", typed.options.out_folder, "folder for JSON, HTML and pictures")
        ->group(group);
    app.add_option("--junit", typed.options.junit_file, "gates as JUnit XML")->group(group);
    app.add_option("--hot-keys", typed.options.judge.hot_keys, "how many to list")
        ->check(CLI::Range(0, 1'000))
        ->capture_default_str()
        ->group(group);
    app.add_option("--seed", typed.options.judge.fair.seed, "of the trials")
        ->capture_default_str()
        ->group(group);
}

std::unexpected<NoOptions> wrong(std::string what, std::string remedy = {}) {
    return std::unexpected(NoOptions{.text = std::move(what), .remedy = std::move(remedy)});
}

std::expected<Reducer, NoOptions> find_reducer(
    const std::string& name, const char* role, std::span<const Reducer> own
) {
    const auto users = std::ranges::find(own, name, &Reducer::name);
    if (users != own.end()) return *users;
    if (auto found = Reducer::named(name)) return *found;
    std::vector<std::string_view> names;
    for (const BuiltInReducer& reducer : built_in_reducers()) {
        names.push_back(reducer.name);
    }
    const std::string near = nearest(name, names);
    return wrong(
        fmt::format("there is no {} \"{}\"", role, name),
        near.empty() ? "odradek distribution --help lists them"
                     : fmt::format("did you mean {}?", near)
    );
}

std::expected<void, NoOptions> resolve_reducers(Typed& typed, std::span<const Reducer> own) {
    Layout& layout = typed.options.layout;
    if (typed.options.source.partition_column.empty() && !typed.options.live) {
        auto partitioner = find_reducer(typed.partitioner, "partitioner", own);
        if (!partitioner) return std::unexpected(partitioner.error());
        layout.partitioner = *partitioner;
    }
    auto reducer = find_reducer(typed.reducer, "reducer", own);
    if (!reducer) return std::unexpected(reducer.error());
    layout.reducer = *reducer;
    const std::string& inner =
        typed.segment_reducer.empty() ? typed.reducer : typed.segment_reducer;
    auto segments = find_reducer(inner, "reducer", own);
    if (!segments) return std::unexpected(segments.error());
    layout.segment_reducer = *segments;
    if (!typed.other_partitioner.empty()) {
        auto other = find_reducer(typed.other_partitioner, "partitioner", own);
        if (!other) return std::unexpected(other.error());
        typed.options.judge.other_partitioner = *other;
    }
    return {};
}

std::expected<void, NoOptions> resolve_gates(const CLI::App& app, Typed& typed) {
    GateOptions& gates = typed.options.gates;
    if (app.count("--max-over-mean") > 0) gates.max_over_mean = typed.max_over_mean;
    if (app.count("--min-speedup") > 0) gates.min_speedup = typed.min_speedup;
    const std::array shares{
        std::tuple{"--min-lanes-used", &typed.min_lanes_used, &gates.min_lanes_used},
        std::tuple{"--max-hot-key", &typed.max_hot_key, &gates.max_hot_key},
        std::tuple{"--min-agreement", &typed.min_agreement, &gates.min_agreement},
        std::tuple{"--max-drift", &typed.max_drift, &gates.max_drift}};
    for (const auto& [name, text, gate] : shares) {
        if (text->empty()) continue;
        const auto share = parse_share(*text);
        if (!share) return wrong(fmt::format("{}: {}", name, share.error()));
        *gate = *share;
    }
    if (gates.max_drift && typed.options.baseline_file.empty()) {
        return wrong("--max-drift needs --baseline FILE", "save one with --format json > FILE");
    }
    if (gates.min_agreement && typed.other_partitioner.empty()) {
        return wrong("--min-agreement needs --other-partitioner NAME");
    }
    return {};
}

/// The file's lines first, so that the command line has the last word.
std::expected<void, NoOptions> resolve_properties(Typed& typed) {
    std::vector<std::string> lines;
    if (!typed.properties_file.empty()) {
        std::ifstream file(typed.properties_file);
        if (!file) return wrong(typed.properties_file + ": cannot be read", "check the path");
        for (std::string line; std::getline(file, line);) {
            if (line.ends_with('\r')) line.pop_back();
            if (!line.empty() && line[0] != '#') lines.push_back(line);
        }
    }
    lines.insert(lines.end(), typed.properties.begin(), typed.properties.end());
    if (!lines.empty() && typed.live.topic.empty()) {
        return wrong("--property is of the client that reads --topic, and there is no --topic");
    }
    for (const std::string& line : lines) {
        const std::size_t equals = line.find('=');
        if (equals == std::string::npos || equals == 0) {
            return wrong(fmt::format("\"{}\" is no property", line), "write NAME=VALUE");
        }
        typed.live.properties.emplace_back(line.substr(0, equals), line.substr(equals + 1));
    }
    return {};
}

std::expected<void, NoOptions> resolve_source(const CLI::App& app, Typed& typed) {
    KeySourceOptions& source = typed.options.source;
    const std::map<std::string_view, KeyFormat> formats{
        {"auto", KeyFormat::automatic},
        {"csv", KeyFormat::csv},
        {"jsonl", KeyFormat::json_lines},
        {"lines", KeyFormat::lines},
        {"kcat", KeyFormat::kcat}};
    source.format = formats.at(typed.input_format);
    if (typed.header == "yes") source.header = CsvHeader::present;
    if (typed.header == "no") source.header = CsvHeader::absent;
    if (typed.delimiter == "tab" || typed.delimiter == "\\t") typed.delimiter = "\t";
    if (typed.delimiter.size() > 1) {
        return wrong(
            fmt::format("--delimiter is \"{}\": expected one character or tab", typed.delimiter)
        );
    }
    if (!typed.delimiter.empty()) source.delimiter = typed.delimiter[0];
    if (app.count("--null") > 0) source.null_text = typed.null_text;
    typed.options.judge.is_weighted = !source.weight_column.empty();
    const bool has_topic = !typed.live.topic.empty();
    if (source.path.empty() == !has_topic) {
        return wrong(
            has_topic ? "--keys and --topic exclude each other"
                      : "which keys? --keys FILE is missing",
            "odradek distribution --keys keys.csv --column customer_id --partitions 12"
        );
    }
    if (has_topic && typed.live.brokers.empty()) return wrong("--topic needs --brokers HOST:PORT");
    if (auto done = resolve_properties(typed); !done) return std::unexpected(done.error());
    if (has_topic) typed.options.live = typed.live;
    return {};
}

std::expected<DistributionOptions, NoOptions> resolve(
    const CLI::App& app, Typed& typed, std::span<const Reducer> own
) {
    if (auto done = resolve_source(app, typed); !done) return std::unexpected(done.error());
    if (auto done = resolve_reducers(typed, own); !done) return std::unexpected(done.error());
    if (auto done = resolve_gates(app, typed); !done) return std::unexpected(done.error());
    for (const std::string& axis : typed.what_if) {
        const auto added = add_what_if_axis(axis, typed.options.what_if);
        if (!added) return wrong("--what-if: " + added.error());
    }
    if (typed.options.layout.partitions == 0) {
        if (!typed.options.live && typed.options.layout.segments == 0) {
            return wrong("--partitions N is missing", "how many partitions has the topic?");
        }
        typed.options.layout.partitions = 1;  // a live topic says it itself; segments need none
    }
    constexpr std::uint64_t lanes_max = 4'000'000;
    const std::uint64_t lanes = std::uint64_t{typed.options.layout.partitions} *
                                std::max(typed.options.layout.virtual_partitions, 1U);
    if (lanes > lanes_max) {
        return wrong(fmt::format("{} lanes are more than the {} judged at once", lanes, lanes_max));
    }
    typed.options.is_json = typed.format == "json";
    return std::move(typed.options);
}

std::string reducer_list(std::span<const Reducer> own) {
    std::string list;
    for (const Reducer& reducer : own) {
        list += fmt::format("  {:<18} of this program\n", reducer.name());
    }
    for (const BuiltInReducer& reducer : built_in_reducers()) {
        list += fmt::format("  {:<18} {}\n", reducer.name, reducer.meaning);
    }
    return list;
}

}  // namespace

std::expected<DistributionOptions, NoOptions> parse_distribution_options(
    std::span<const std::string> arguments, std::span<const Reducer> own
) {
    auto words = contract_of(arguments);
    if (!words) {
        return std::unexpected(NoOptions{
            .text = {}, .remedy = {}, .mistakes = std::move(words.error())});
    }
    words->insert(words->end(), arguments.begin(), arguments.end());
    CLI::App app{description, "odradek distribution"};
    app.footer(footer + reducer_list(own));
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    Typed typed;
    add_input_options(app, typed);
    add_layout_options(app, typed);
    add_gate_options(app, typed);
    add_output_options(app, typed);
    app.get_option("--property")->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    app.get_option("--what-if")->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    std::ranges::reverse(*words);  // as CLI11 takes them
    try {
        app.parse(*words);
    } catch (const CLI::CallForHelp&) {
        return std::unexpected(NoOptions{.is_help = true, .text = app.help(), .remedy = {}});
    } catch (const CLI::ParseError& error) {
        const UsageMistake mistake = usage_mistake(app, error);
        return wrong(mistake.what, mistake.remedy);
    }
    return resolve(app, typed, own);
}

}  // namespace odradek
