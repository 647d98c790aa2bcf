#include "engine/tools/key_source.h"

#include "engine/tools/byte_input.h"
#include "engine/tools/csv_keys.h"
#include "engine/tools/json_keys.h"
#include "engine/tools/line_keys.h"
#include "engine/tools/text_window.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace odradek {

namespace {

struct Signature {
    std::string_view first_bytes;
    std::string_view name;
};

constexpr std::array<Signature, 8> binary_files{{
    {"PAR1", "a Parquet file"},
    {"Obj\x01", "an Avro container"},
    {"ORC", "an ORC file"},
    {"PK\x03\x04", "a zip archive or a spreadsheet"},
    {"SQLite format 3", "an SQLite database"},
    {"\xFF\xFE", "UTF-16 text"},
    {"\xFE\xFF", "UTF-16 text"},
    {"\x7F\x45LF", "a program"},
}};

std::vector<InputMistake> only(
    const KeySourceOptions& options, std::string what, std::string remedy
) {
    return {{.file = options.path, .what = std::move(what), .remedy = std::move(remedy)}};
}

constexpr std::size_t looked_at = 64UL << 10U;  // a zero further on is found by the format's reader

InputMistake zero_byte(const KeySourceOptions& options, std::string_view before) {
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    return {
        .file = options.path,
        .line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n')),
        .column = 1 + before.size() - line_begin,
        .what = "byte 0x00: this is binary data, text was expected",
        .remedy = "write binary keys as JSON lines: {\"key\":{\"base64\":\"…\"}}"};
}

std::string_view without_packing(std::string_view path) {
    for (const std::string_view suffix : {".gz", ".zst", ".zstd"}) {
        if (path.ends_with(suffix)) path.remove_suffix(suffix.size());
    }
    return path;
}

KeyFormat format_of(const KeySourceOptions& options, std::string_view text) {
    if (options.format != KeyFormat::automatic) return options.format;
    const std::string_view path = without_packing(options.path);
    if (path.ends_with(".csv") || path.ends_with(".tsv")) return KeyFormat::csv;
    for (const std::string_view suffix : {".jsonl", ".ndjson", ".json"}) {
        if (path.ends_with(suffix)) return KeyFormat::json_lines;
    }
    if (text.starts_with('{')) return KeyFormat::json_lines;
    const bool asks_for_columns = !options.key_column.empty() || !options.weight_column.empty() ||
                                  !options.partition_column.empty();
    return asks_for_columns ? KeyFormat::csv : KeyFormat::lines;
}

}  // namespace

std::string to_string(const InputMistake& mistake) {
    std::string text = mistake.file;
    if (mistake.line > 0) text += fmt::format(":{}", mistake.line);
    if (mistake.line > 0 && mistake.column > 0) text += fmt::format(":{}", mistake.column);
    return text + ": " + mistake.what;
}

std::expected<std::unique_ptr<KeySource>, std::vector<InputMistake>> open_key_source(
    const KeySourceOptions& options
) {
    auto input = ByteInput::open(options.path);
    if (!input) {
        return std::unexpected(only(options, input.error().what, "check the path and its rights"));
    }
    TextWindow window{std::move(*input)};
    if (const auto filled = window.refill(); !filled) {
        return std::unexpected(
            only(options, filled.error().what, "check the file, or pack it again")
        );
    }
    const std::string_view text = window.unread();
    if (text.empty()) {
        return std::unexpected(
            only(options, "the file is empty: expected one key a line", "give a sample of the keys")
        );
    }
    for (const Signature& binary : binary_files) {
        if (text.starts_with(binary.first_bytes)) {
            return std::unexpected(only(
                options,
                fmt::format("this is {}, text was expected", binary.name),
                "convert it to CSV or JSON lines in UTF-8 first"
            ));
        }
    }
    if (const auto zero = text.substr(0, looked_at).find('\0'); zero != std::string_view::npos) {
        return std::unexpected(std::vector{zero_byte(options, text.substr(0, zero))});
    }
    switch (format_of(options, text)) {
        case KeyFormat::csv:
            return CsvKeys::open(std::move(window), options);
        case KeyFormat::json_lines:
            return JsonKeys::open(std::move(window), options);
        case KeyFormat::kcat:
            if (text.starts_with('{')) return JsonKeys::open(std::move(window), options);
            return LineKeys::open(std::move(window), options);
        case KeyFormat::automatic:
        case KeyFormat::lines:
            break;
    }
    return LineKeys::open(std::move(window), options);
}

}  // namespace odradek
