#include "engine/tools/csv_keys.h"

#include "odradek/contract.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace odradek {

namespace {

constexpr std::uint64_t weight_max = 1ULL << 53U;  // sums stay exact in a double
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

const char* find(const char* begin, const char* end, char wanted) {
    const auto* const found =
        static_cast<const char*>(std::memchr(begin, wanted, static_cast<std::size_t>(end - begin)));
    return found == nullptr ? end : found;
}

std::string_view view(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

InputMistake whole_file(const std::string& file, std::string what, std::string remedy) {
    return {.file = file, .what = std::move(what), .remedy = std::move(remedy)};
}

}  // namespace

CsvKeys::CsvKeys(TextWindow window, KeySourceOptions options, char delimiter)
    : options_(std::move(options))
    , window_(std::move(window))
    , delimiter_(delimiter)
    , hard_row_(delimiter) {
    batch_.reserve(batch_max);
}

std::expected<std::unique_ptr<KeySource>, std::vector<InputMistake>> CsvKeys::open(
    TextWindow window, const KeySourceOptions& options
) {
    if (window.unread().starts_with(byte_order_mark)) window.consume(byte_order_mark.size());
    const WindowLine line = window.line();
    if (line.state != WindowLine::State::line) {
        return std::unexpected(std::vector{whole_file(
            options.path, "line 1 does not end within the first MiB", "is this really CSV text?"
        )});
    }
    const char delimiter =
        options.delimiter == '\0' ? guess_delimiter(line.text) : options.delimiter;
    auto source = std::unique_ptr<CsvKeys>(new CsvKeys{std::move(window), options, delimiter});
    const CsvRow::Result first =
        source->hard_row_.parse(source->window_.unread(), source->window_.is_at_end());
    if (first.state != CsvRow::State::complete) {
        source->end_with(
            first.broken_at + 1, "the first row breaks the rules of quoting", "write \" as \"\""
        );
        return std::unexpected(
            std::vector(source->mistakes_.kept().begin(), source->mistakes_.kept().end())
        );
    }
    std::vector<std::string> names;
    for (const CsvField& field : source->hard_row_.fields()) {
        names.push_back(field.text);
    }
    auto columns = find_csv_columns(names, options);
    if (!columns) return std::unexpected(std::move(columns.error()));
    source->use(*columns);
    if (columns->has_header) {
        const std::string_view header = source->window_.unread().substr(0, first.bytes);
        source->line_ += static_cast<std::size_t>(std::ranges::count(header, '\n'));
        source->window_.consume(first.bytes);
    }
    return source;
}

void CsvKeys::use(const CsvColumns& columns) {
    columns_ = columns;
    const auto want = [this](std::size_t index, Role role) {
        if (role_of_.size() <= index) role_of_.resize(index + 1, none);
        role_of_[index] = role;
        index_of_.at(role) = index;
    };
    if (columns.partition) want(*columns.partition, partition);
    if (columns.weight) want(*columns.weight, weight);
    want(columns.key, key);
    const std::string_view text = window_.unread();
    has_quotes_ = text.contains('"');
    has_zeros_ = text.contains('\0');
}

std::string CsvKeys::description() const {
    return fmt::format(
        "csv, key in column {}{}",
        columns_.has_header ? fmt::format("\"{}\"", columns_.key_name) : columns_.key_name,
        columns_.has_header ? ", header in line 1" : ", no header"
    );
}

bool CsvKeys::refill() {
    if (window_.is_overlong()) {
        end_with(1, "this row is longer than 16 MiB", "is a quote opened here and never closed?");
        return false;
    }
    const auto result = window_.refill();
    if (!result) {
        end_with(0, result.error().what, "check the file, or pack it again");
        return false;
    }
    const std::string_view text = window_.unread();
    has_quotes_ = text.contains('"');
    has_zeros_ = text.contains('\0');
    return true;
}

std::span<const KeyRecord> CsvKeys::next() {
    batch_.clear();
    unquoted_.clear();
    while (!is_ended_ && batch_.size() < batch_max) {
        const WindowLine line = window_.line();
        if (line.state == WindowLine::State::end) break;
        if (line.state == WindowLine::State::needs_refill) {
            if (!batch_.empty() || !refill()) break;
            continue;
        }
        if (has_zeros_ && line.text.contains('\0')) {
            end_with(
                line.text.find('\0') + 1,
                "byte 0x00: this is binary data, text was expected",
                "convert it to CSV or JSON lines first; gzip and zstd are unpacked by themselves"
            );
        } else if (has_quotes_ && line.text.contains('"')) {
            Row row;
            if (split(line.text, row)) {
                take_row(row, line.text);
                window_.consume(line.bytes);
                ++line_;
            } else if (!take_hard_row()) {
                break;
            }
        } else {
            take_line(line);
        }
    }
    if (batch_.empty() && rows_ == 0 && mistakes_.count() == 0) {
        mistakes_.add(whole_file(
            options_.path,
            columns_.has_header ? "no rows below the header" : "the file has no rows",
            "give a sample of the topic's keys, one row a record or one row a key with --weight"
        ));
    }
    return batch_;
}

void CsvKeys::take_line(const WindowLine& line) {
    if (!line.text.empty()) {
        Row row;
        (void)split(line.text, row);
        take_row(row, line.text);
    }
    window_.consume(line.bytes);
    ++line_;
}

/// Splits up to the last wanted field. False: this line needs the full parser.
bool CsvKeys::split(std::string_view line, Row& row) const {
    const char* at = line.data();
    const char* const end = at + line.size();
    for (std::size_t index = 0;; ++index) {
        Field field;
        field.is_there = true;
        const char* stop = nullptr;
        if (has_quotes_ && at != end && *at == '"') {
            const char* const closing = find(at + 1, end, '"');
            if (closing == end) return false;
            stop = closing + 1;
            if (stop != end && *stop != delimiter_) return false;
            field.text = view(at + 1, closing);
        } else {
            stop = find(at, end, delimiter_);
            field.text = view(at, stop);
            field.is_null = field.text.empty();
            if (has_quotes_ && field.text.contains('"')) return false;
        }
        if (index < role_of_.size() && role_of_[index] != none) row.at(role_of_[index]) = field;
        if (stop == end) return true;
        at = stop + 1;
        if (index + 1 >= role_of_.size()) {
            // a quote behind may open a field that holds a line end
            if (!has_quotes_ || find(at, end, '"') == end) return true;
        }
    }
}

/// Takes the row at the head of the window with libcsv. False: the batch or the input ends here.
bool CsvKeys::take_hard_row() {
    const std::string_view text = window_.unread();
    const CsvRow::Result result = hard_row_.parse(text, window_.is_at_end());
    const auto place_of = [&](std::size_t at) {
        const std::string_view before = text.substr(0, at);
        line_ += static_cast<std::size_t>(std::ranges::count(before, '\n'));
        const std::size_t line_begin = before.rfind('\n');
        return at + 1 - (line_begin == std::string_view::npos ? 0 : line_begin + 1);
    };
    switch (result.state) {
        case CsvRow::State::needs_more:
            return batch_.empty() && refill();  // a refill would move what the batch points at
        case CsvRow::State::unterminated: {
            const std::size_t column = place_of(result.broken_at);
            end_with(column, "this quote is never closed", "close it, or write \" as \"\"");
            return false;
        }
        case CsvRow::State::misplaced_quote: {
            const std::size_t column = place_of(result.broken_at);
            end_with(
                column,
                "a quote where none may stand: expected the delimiter or the end of the row",
                "put the whole field in quotes and write \" as \"\""
            );
            return false;
        }
        case CsvRow::State::complete:
            break;
    }
    Row row;
    const std::vector<CsvField>& fields = hard_row_.fields();
    for (std::size_t index = 0; index < std::min(fields.size(), role_of_.size()); ++index) {
        if (role_of_[index] == none) continue;
        const std::string& kept = unquoted_.emplace_back(fields[index].text);
        row.at(role_of_[index]) = {
            .text = kept, .is_null = fields[index].is_null, .is_there = true};
    }
    take_row(row, text.substr(0, result.bytes));
    line_ += static_cast<std::size_t>(std::ranges::count(text.substr(0, result.bytes), '\n'));
    window_.consume(result.bytes);
    return true;
}

void CsvKeys::take_row(const Row& row, std::string_view text) {
    ++rows_;
    const Field& found = row[key];
    if (!found.is_there) {
        add_mistake(
            0,
            fmt::format(
                "the key is missing: expected at least {} fields, this row has fewer",
                columns_.key + 1
            ),
            "check the delimiter of this row, or leave the row out"
        );
        return;
    }
    KeyRecord record{.key = found.text, .has_key = !found.is_null};
    if (options_.null_text && found.text == *options_.null_text) record.has_key = false;
    if (!record.has_key) record.key = {};
    if (columns_.weight && !read_number(row[weight], weight, text, record.weight)) return;
    if (columns_.partition) {
        std::uint64_t number = 0;
        if (!read_number(row[partition], partition, text, number)) return;
        record.partition = static_cast<std::int32_t>(number);
    }
    batch_.push_back(record);
}

bool CsvKeys::read_number(
    const Field& field, Role role, std::string_view text, std::uint64_t& value
) {
    const bool is_weight = role == weight;
    const std::uint64_t most =
        is_weight ? weight_max : std::uint64_t{std::numeric_limits<std::int32_t>::max()};
    const char* const begin = field.text.data();
    const char* const end = begin + field.text.size();
    if (field.is_there && !field.text.empty()) {
        const auto [stop, error] = std::from_chars(begin, end, value);
        if (error == std::errc{} && stop == end && value <= most) return true;
    }
    const std::size_t column =
        field.is_there ? csv_field_begin(text, index_of_.at(role), delimiter_) + 1 : 0;
    const char* const name = is_weight ? "weight" : "partition";
    std::string found = fmt::format("\"{}\"", field.text.substr(0, 40));
    if (!field.is_there) found = "missing";
    if (field.text.starts_with('-')) found += ", below zero";
    add_mistake(
        column,
        fmt::format("the {} is {}: expected a whole number from 0 to {}", name, found, most),
        is_weight ? "weigh in small whole units: records, bytes, microseconds"
                  : "partitions are numbered from 0"
    );
    return false;
}

void CsvKeys::add_mistake(std::size_t column, std::string what, std::string remedy) {
    mistakes_.add(
        {.file = options_.path,
         .line = line_,
         .column = column,
         .what = std::move(what),
         .remedy = std::move(remedy)}
    );
}

void CsvKeys::end_with(std::size_t column, std::string what, std::string remedy) {
    add_mistake(column, std::move(what), std::move(remedy));
    is_ended_ = true;
}

}  // namespace odradek
