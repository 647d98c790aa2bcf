#include "engine/cli/offsets_command.h"

#include "engine/cli/offset_ranges.h"
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

struct Arguments {
    std::int64_t base = 0;
    std::optional<std::int64_t> end;
    std::string text;
    std::string format = "odradek";
    std::string completed;
    std::optional<std::int64_t> limit;
    std::string output = "text";
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

struct Shown {
    std::string format;
    std::optional<std::string> codec;
    OffsetMap map;
    std::optional<Fingerprint> fingerprint = std::nullopt;
    std::string note = {};
};

void print_text(const Shown& shown) {
    fmt::print("format        {}\n", shown.format);
    if (shown.codec) fmt::print("codec         {}\n", *shown.codec);
    fmt::print("next to read  {}\n", shown.map.next_to_read.value());
    fmt::print("completed     {}\n", text_of_ranges(shown.map.completed));
    fmt::print("open          {}\n", text_of_ranges(open_ranges(shown.map)));
    if (shown.fingerprint) fmt::print("fingerprint   {:08x}\n", shown.fingerprint->value());
    if (!shown.note.empty()) fmt::print("note          {}\n", shown.note);
}

void print_json(const Shown& shown) {
    nlohmann::ordered_json json{
        {"format", shown.format},
        {"codec", nullptr},
        {"next_to_read", shown.map.next_to_read.value()},
        {"completed", text_of_ranges(shown.map.completed)},
        {"open", text_of_ranges(open_ranges(shown.map))},
    };
    if (shown.codec) json["codec"] = *shown.codec;
    if (shown.fingerprint) {
        json["fingerprint"] = fmt::format("{:08x}", shown.fingerprint->value());
    }
    if (!shown.note.empty()) json["note"] = shown.note;
    fmt::print("{}\n", json.dump());
}

ExitCode decode_text(const Arguments& arguments) {
    const std::string text = argument_or_input(arguments.text);
    const Offset base{arguments.base};
    std::optional<Offset> end;
    if (arguments.end) end = Offset{*arguments.end};
    const auto decoded = decode(text, base, end);
    Shown shown{.format = "foreign", .codec = std::nullopt, .map = {base, {}}};
    if (decoded) {
        shown.format = name_of(decoded->format);
        shown.codec = std::string(decoded->codec);
        shown.map = decoded->map;
        shown.fingerprint = decoded->fingerprint;
        if (decoded->was_cut) shown.note = "cut at the end of the partition";
    } else if (decoded.error().code == DecodeErrc::damaged) {
        const DecodeError& error = decoded.error();
        report_error(
            fmt::format(
                "{} text at byte {}: {}", name_of(error.code), error.position, error.reason
            ),
            "check that the text is whole and that --base is the offset committed beside it"
        );
        return ExitCode::usage;
    } else {
        shown.note = fmt::format("{}: {}", name_of(decoded.error().code), decoded.error().reason);
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

}  // namespace

ExitCode run_offsets(std::span<const std::string> given) {
    Arguments arguments;
    CLI::App app{
        "The text that a group commits beside an offset, ours and the Java peer's.\n"
        "  odradek offsets decode --base 10 bAAI1gA=\n"
        "  odradek offsets encode --format odradek --base 10 --completed 11-12,15",
        "odradek offsets"};
    app.require_subcommand(1);
    auto& decoding = *app.add_subcommand("decode", "what a committed text says");
    auto& encoding = *app.add_subcommand("encode", "the text for completed offsets");
    for (CLI::App* command : {&decoding, &encoding}) {
        command->add_option("--base", arguments.base, "the committed offset")
            ->required()
            ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 62));
    }
    decoding.add_option("--end", arguments.end, "end of the partition: no offset is yielded there");
    decoding.add_option("TEXT", arguments.text, "the text, or - for standard input")->required();
    decoding.add_option("--format", arguments.output, "how the result is printed")
        ->check(CLI::IsMember({"text", "json"}));
    encoding.add_option("--format", arguments.format, "whose text is written")
        ->required()
        ->check(CLI::IsMember({"odradek", "confluent"}));
    encoding
        .add_option("--completed", arguments.completed, "such as 11-12,15, or - for standard input")
        ->required();
    encoding.add_option("--limit", arguments.limit, "the most UTF-16 units (none by default)");
    std::vector<std::string> reversed(given.rbegin(), given.rend());
    try {
        app.parse(reversed);
    } catch (const CLI::ParseError& error) {
        const bool is_help = app.exit(error) == 0;
        return is_help ? ExitCode::passed : ExitCode::usage;
    }
    return decoding.parsed() ? decode_text(arguments) : encode_ranges(arguments);
}

}  // namespace odradek
