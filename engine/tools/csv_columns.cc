#include "engine/tools/csv_columns.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace odradek {

namespace {

constexpr std::array<std::string_view, 8> usual_headings{
    "key", "keys", "id", "message_key", "record_key", "partition_key", "user", "customer"};

std::string lowered(std::string_view text) {
    std::string low(text);
    std::ranges::transform(low, low.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    return low;
}

bool is_word(std::string_view text) {
    const auto fits = [](unsigned char letter) {
        return std::isalpha(letter) != 0 || letter == '_' || letter == '-' || letter == ' ' ||
               letter == '.';
    };
    return !text.empty() && std::ranges::all_of(text, fits);
}

bool is_usual_heading(const std::string& text) {
    const std::string low = lowered(text);
    return std::ranges::find(usual_headings, low) != usual_headings.end() || low.ends_with("_id") ||
           low.ends_with("_key") || text.ends_with("Id") || text.ends_with("Key");
}

std::optional<std::size_t> as_number(std::string_view text) {
    std::size_t number = 0;
    const auto [stop, error] = std::from_chars(text.begin(), text.end(), number);
    if (error != std::errc{} || stop != text.end() || number == 0) return std::nullopt;
    return number;
}

bool is_name(const std::string& column) {
    return !column.empty() && !as_number(column);
}

bool guess_header(std::span<const std::string> row, const KeySourceOptions& options) {
    if (options.header != CsvHeader::automatic) return options.header == CsvHeader::present;
    const std::array wanted{&options.key_column, &options.weight_column, &options.partition_column};
    if (std::ranges::any_of(wanted, [](const std::string* column) { return is_name(*column); })) {
        return true;
    }
    if (!std::ranges::all_of(row, is_word)) return false;
    return row.size() > 1 || std::ranges::any_of(row, is_usual_heading);
}

std::string quoted_list(std::span<const std::string> names) {
    std::string list;
    for (const std::string& name : names) {
        list.append(list.empty() ? "\"" : ", \"").append(name).append("\"");
    }
    return list;
}

/// Finds the columns one by one and keeps what is wrong with each.
class Finder {
public:
    Finder(std::span<const std::string> row, const KeySourceOptions& options, bool has_header)
        : row_(row)
        , options_(options)
        , has_header_(has_header) {}

    std::optional<std::size_t> find(const std::string& column, std::string_view role) {
        if (has_header_) {
            const auto named = std::ranges::find(row_, column);
            if (named != row_.end()) return static_cast<std::size_t>(named - row_.begin());
        }
        if (const auto number = as_number(column)) {
            if (*number <= row_.size()) return *number - 1;
            add(fmt::format("there is no column {}: the first row has {}", column, row_.size()),
                fmt::format("--{} takes a number from 1 to {}", role, row_.size()));
            return std::nullopt;
        }
        if (has_header_) {
            add(fmt::format(
                    "there is no column \"{}\": the header has {}", column, quoted_list(row_)
                ),
                "check the spelling and the delimiter, or give the column's number");
        } else {
            add(fmt::format("column \"{}\" is asked for by name, but there is no header", column),
                "give the column's number");
        }
        return std::nullopt;
    }

    std::optional<std::size_t> find_key() {
        if (!options_.key_column.empty()) return find(options_.key_column, "column");
        if (row_.size() == 1) return 0;
        for (std::size_t index = 0; has_header_ && index < row_.size(); ++index) {
            if (lowered(row_[index]) == "key") return index;
        }
        add(has_header_
                ? fmt::format("which column is the key? The header has {}", quoted_list(row_))
                : fmt::format("which column is the key? The first row has {}", row_.size()),
            "name it with --column NAME, or --column NUMBER counted from 1");
        return std::nullopt;
    }

    std::vector<InputMistake> take_mistakes() { return std::move(mistakes_); }

private:
    void add(std::string what, std::string remedy) {
        mistakes_.push_back(
            {.file = options_.path,
             .line = 1,
             .column = 1,
             .what = std::move(what),
             .remedy = std::move(remedy)}
        );
    }

    std::span<const std::string> row_;
    const KeySourceOptions& options_;
    bool has_header_;
    std::vector<InputMistake> mistakes_;
};

}  // namespace

char guess_delimiter(std::string_view first_line) {
    constexpr std::string_view candidates = ",;\t|";
    std::array<std::size_t, candidates.size()> counts{};
    bool inside = false;
    for (const char letter : first_line) {
        if (letter == '"') inside = !inside;
        const std::size_t at = candidates.find(letter);
        if (!inside && at != std::string_view::npos) ++counts.at(at);
    }
    return candidates[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

std::expected<CsvColumns, std::vector<InputMistake>> find_csv_columns(
    std::span<const std::string> first_row, const KeySourceOptions& options
) {
    CsvColumns columns;
    columns.has_header = guess_header(first_row, options);
    Finder finder{first_row, options, columns.has_header};
    const std::optional<std::size_t> key = finder.find_key();
    if (!options.weight_column.empty()) {
        columns.weight = finder.find(options.weight_column, "weight");
    }
    if (!options.partition_column.empty()) {
        columns.partition = finder.find(options.partition_column, "partition-column");
    }
    auto mistakes = finder.take_mistakes();
    if (!mistakes.empty()) return std::unexpected(std::move(mistakes));
    columns.key = key.value_or(0);
    columns.key_name =
        columns.has_header ? first_row[columns.key] : fmt::format("{}", columns.key + 1);
    return columns;
}

}  // namespace odradek
