#include "engine/cli/offsets_command.h"

#include "engine/cli/command_line.h"
#include "engine/cli/offset_ranges.h"
#include "engine/cli/offsets_show.h"
#include "engine/cli/shown_map.h"
#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/offset_map.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <optional>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace odradek {

namespace {

constexpr std::int64_t no_limit = std::int64_t{1} << 40;

const CLI::Range offset_range{std::int64_t{0}, std::int64_t{1} << 62};

struct Arguments {
    std::int64_t base = 0;
    std::optional<std::int64_t> end;
    std::string text;
    std::string format = "odradek";
    std::string completed;
    std::optional<std::int64_t> limit;
    std::string output = "text";
    kafka::GroupOffsetsRequest group;
    std::vector<std::string> properties;  // NAME=VALUE
};

/// `argument`, or all of standard input without its last line end where it is "-".
std::string argument_or_input(const std::string& argument) {
    if (argument != "-") return argument;
    std::string input{std::istreambuf_iterator<char>{std::cin}, {}};
    while (!input.empty() && (input.back() == '\n' || input.back() == '\r')) {
        input.pop_back();
    }
    return input;
}

void print_text(const ShownMap& shown) {
    fmt::print("format        {}\n", shown.format);
    if (shown.codec) fmt::print("codec         {}\n", *shown.codec);
    fmt::print("next to read  {}\n", shown.map.next_to_read.value());
    fmt::print("completed     {}\n", text_of_ranges(shown.map.completed));
    fmt::print("open          {}\n", text_of_ranges(open_ranges(shown.map)));
    if (shown.fingerprint) fmt::print("fingerprint   {:08x}\n", shown.fingerprint->value());
    if (!shown.note.empty()) fmt::print("note          {}\n", shown.note);
}

void print_json(const ShownMap& shown) {
    nlohmann::ordered_json json;
    add_map(json, shown);
    fmt::print("{}\n", json.dump());
}

ExitCode decode_text(const Arguments& arguments) {
    const std::string text = argument_or_input(arguments.text);
    std::optional<Offset> end;
    if (arguments.end) end = Offset{*arguments.end};
    const ShownMap shown = show_map(text, Offset{arguments.base}, end);
    if (shown.format == "damaged") {
        report_error(
            shown.note,
            "check that the text is whole and that --base is the offset committed beside it"
        );
        return ExitCode::usage;
    }
    arguments.output == "json" ? print_json(shown) : print_text(shown);
    return ExitCode::passed;
}

/// The map, or nothing after saying what is wrong with the ranges.
std::optional<OffsetMap> map_of_ranges(const Arguments& arguments) {
    auto ranges = parse_ranges(argument_or_input(arguments.completed));
    if (!ranges) {
        for (const RangesError& error : ranges.error()) {
            report_error(fmt::format("--completed:1:{}: {}", error.column, error.what));
        }
        return std::nullopt;
    }
    const Offset base{arguments.base};
    const auto below = std::ranges::find_if(*ranges, [&](const OffsetRange& range) {
        return range.begin <= base;
    });
    if (below != ranges->end()) {
        report_error(
            fmt::format(
                "completed offset {} is not above the base {}", below->begin.value(), arguments.base
            ),
            "the base is the first offset that is not done"
        );
        return std::nullopt;
    }
    return make_offset_map(base, *std::move(ranges));
}

ExitCode encode_ranges(const Arguments& arguments) {
    const auto map = map_of_ranges(arguments);
    if (!map) return ExitCode::usage;
    const EncodeOptions options{
        .format = arguments.format == "odradek" ? MapFormat::odradek : MapFormat::confluent,
        .units_max = arguments.limit.value_or(no_limit)};
    const auto text = encode(*map, options);
    if (!text) {
        report_error(
            text.error().units_needed > no_limit ? "the format cannot hold this map"
                                                 : fmt::format(
                                                       "the text takes {} units, the limit is {}",
                                                       text.error().units_needed,
                                                       options.units_max
                                                   )
        );
        return ExitCode::not_held;
    }
    fmt::print("{}\n", *text);
    return ExitCode::passed;
}

ExitCode show_group(Arguments& arguments) {
    for (const std::string& property : arguments.properties) {
        const std::size_t equals = property.find('=');
        if (equals == std::string::npos) {
            report_error(fmt::format("--property {}: expected NAME=VALUE", property));
            return ExitCode::usage;
        }
        arguments.group.properties[property.substr(0, equals)] = property.substr(equals + 1);
    }
    return show_offsets(arguments.group, arguments.output);
}

void add_show(CLI::App& app, Arguments& arguments) {
    CLI::App& showing = *app.add_subcommand("show", "what a live group has committed, as pictures");
    showing.add_option("--brokers", arguments.group.brokers, "host:port of a broker")->required();
    showing.add_option("--group", arguments.group.group, "consumer group")->required();
    showing.add_option("--topic", arguments.group.topic, "only this topic");
    showing.add_option(
        "--property",
        arguments.properties,
        "NAME=VALUE of the client, such as security.protocol=SSL"
    );
    showing.add_option("--format", arguments.output, "how the result is printed")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    showing.footer("Example: odradek offsets show --brokers 127.0.0.1:9092 --group shop");
}

void add_decode(CLI::App& app, Arguments& arguments) {
    CLI::App& decoding = *app.add_subcommand("decode", "what a committed text says");
    decoding.add_option("--base", arguments.base, "the committed offset")
        ->required()
        ->check(offset_range);
    decoding.add_option("--end", arguments.end, "end of the partition: no offset is yielded there");
    decoding.add_option("TEXT", arguments.text, "the text, or - for standard input")->required();
    decoding.add_option("--format", arguments.output, "how the result is printed")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    decoding.footer("Example: odradek offsets decode --base 10 bAAGJgA=");
}

void add_encode(CLI::App& app, Arguments& arguments) {
    CLI::App& encoding = *app.add_subcommand("encode", "the text for completed offsets");
    encoding.add_option("--base", arguments.base, "the committed offset")
        ->required()
        ->check(offset_range);
    encoding.add_option("--format", arguments.format, "whose text is written")
        ->required()
        ->check(CLI::IsMember({"odradek", "confluent"}));
    encoding
        .add_option("--completed", arguments.completed, "such as 11-12,15, or - for standard input")
        ->required();
    encoding.add_option("--limit", arguments.limit, "the most UTF-16 units (none by default)");
    encoding.footer(
        "Example: odradek offsets encode --format odradek --base 10 --completed 11-12,15"
    );
}

}  // namespace

ExitCode run_offsets(std::span<const std::string> given) {
    Arguments arguments;
    CLI::App app{
        "The text that a group commits beside an offset, ours and the Java peer's.",
        "odradek offsets"};
    app.footer("Example: odradek offsets show --brokers 127.0.0.1:9092 --group shop");
    app.require_subcommand(1);
    add_show(app, arguments);
    add_decode(app, arguments);
    add_encode(app, arguments);
    if (const auto ended = parse_command_line(app, given)) return *ended;
    if (app.got_subcommand("show")) return show_group(arguments);
    return app.got_subcommand("decode") ? decode_text(arguments) : encode_ranges(arguments);
}

}  // namespace odradek
