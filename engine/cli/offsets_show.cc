#include "engine/cli/offsets_show.h"

#include "engine/cli/map_picture.h"
#include "engine/core/offsets/metadata_text.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

namespace odradek {

namespace {

constexpr std::size_t column_count = 8;
using Row = std::array<std::string, column_count>;

constexpr std::array<std::string_view, column_count> titles{
    "topic", "partition", "committed", "log", "lag", "map", "units", "done above"};

Row row_of(const ShownPartition& partition) {
    const kafka::GroupOffset& stored = partition.stored;
    const ShownMap& shown = partition.shown;
    Row row{
        stored.partition.topic,
        fmt::format("{}", stored.partition.partition.value()),
        grouped(stored.next_to_read.value()),
        "?",
        "?",
        shown.format,
        fmt::format("{}/{}", partition.units, metadata_units_default),
        grouped(completed_count(shown.map)),
    };
    if (stored.log) {
        row[3] = grouped(stored.log->begin.value()) + ".." + grouped(stored.log->end.value());
        row[4] = grouped(*partition.lag());
    }
    if (shown.codec && *shown.codec != shown.format) row[5] += ' ' + *shown.codec;
    return row;
}

/// Names are left-aligned, numbers right-aligned.
std::string line_of(const Row& row, const std::array<std::size_t, column_count>& widths) {
    std::string line;
    for (std::size_t column = 0; column < column_count; ++column) {
        if (column > 0) line += "  ";
        const bool is_name = column == 0 || column == 5;
        line += is_name ? fmt::format("{:<{}}", row[column], widths[column])
                        : fmt::format("{:>{}}", row[column], widths[column]);
    }
    return line + '\n';
}

PageStyle style_of_terminal() {
    PageStyle style;
    if (isatty(STDOUT_FILENO) != 1) return style;
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = size.ws_col;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody calls setenv
    if (std::getenv("NO_COLOR") == nullptr) style.colours = Colours::on;
    return style;
}

ExitCode fail(const Error& error) {
    report_error(to_string(error));
    return error.code == Errc::invalid_options ? ExitCode::usage : ExitCode::environment;
}

}  // namespace

std::optional<std::int64_t> ShownPartition::lag() const {
    if (!stored.log) return std::nullopt;
    return std::max<std::int64_t>(distance(stored.next_to_read, stored.log->end), 0);
}

ShownPartition shown_of(const kafka::GroupOffset& stored) {
    std::optional<Offset> end;
    if (stored.log) end = stored.log->end;
    return {
        .stored = stored,
        .shown = show_map(stored.metadata, stored.next_to_read, end),
        .units = count_units(stored.metadata)};
}

std::string text_of_group(std::span<const ShownPartition> partitions, const PageStyle& style) {
    std::vector<Row> rows{Row{}};
    std::ranges::copy(titles, rows.front().begin());
    for (const ShownPartition& partition : partitions) {
        rows.push_back(row_of(partition));
    }
    std::array<std::size_t, column_count> widths{};
    for (const Row& row : rows) {
        for (std::size_t column = 0; column < column_count; ++column) {
            widths[column] = std::max(widths[column], row[column].size());
        }
    }
    constexpr std::string_view indent = "  ";
    std::string text = line_of(rows.front(), widths);
    for (std::size_t index = 0; index < partitions.size(); ++index) {
        const ShownPartition& partition = partitions[index];
        text += line_of(rows[index + 1], widths);
        const std::string picture =
            picture_of(partition.shown.map, style.width - indent.size(), style.colours);
        if (!picture.empty()) text += fmt::format("{}{}\n", indent, picture);
        if (!partition.shown.note.empty()) {
            text += fmt::format("{}note: {}\n", indent, partition.shown.note);
        }
        if (partition.stored.log_error) {
            text += fmt::format("{}log: {}\n", indent, to_string(*partition.stored.log_error));
        }
    }
    return text;
}

std::string json_of_group(const std::string& group, std::span<const ShownPartition> partitions) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const ShownPartition& partition : partitions) {
        const kafka::GroupOffset& stored = partition.stored;
        nlohmann::ordered_json json{
            {"topic", stored.partition.topic},
            {"partition", stored.partition.partition.value()},
            {"committed", stored.next_to_read.value()},
            {"log_start", nullptr},
            {"log_end", nullptr},
            {"lag", nullptr},
            {"units", partition.units},
            {"units_max", metadata_units_default},
            {"completed_count", completed_count(partition.shown.map)},
        };
        if (stored.log) {
            json["log_start"] = stored.log->begin.value();
            json["log_end"] = stored.log->end.value();
            json["lag"] = *partition.lag();
        }
        add_map(json, partition.shown);
        if (stored.log_error) json["log_error"] = to_string(*stored.log_error);
        list.push_back(std::move(json));
    }
    const nlohmann::ordered_json whole{{"group", group}, {"partitions", std::move(list)}};
    return whole.dump() + '\n';
}

ExitCode show_offsets(const kafka::GroupOffsetsRequest& request, const std::string& format) {
    const auto stored = kafka::read_group_offsets(request);
    if (!stored) return fail(stored.error());
    if (stored->empty()) {
        const std::string scope =
            request.topic ? fmt::format(" for topic '{}'", *request.topic) : "";
        report_error(
            fmt::format("group '{}' has no committed offset{}", request.group, scope),
            "check the names; offsets of a group that has been empty for a week expire"
        );
        return ExitCode::usage;
    }
    std::vector<ShownPartition> partitions;
    for (const kafka::GroupOffset& offset : *stored) {
        partitions.push_back(shown_of(offset));
    }
    fmt::print(
        "{}",
        format == "json" ? json_of_group(request.group, partitions)
                         : text_of_group(partitions, style_of_terminal())
    );
    return ExitCode::passed;
}

}  // namespace odradek
