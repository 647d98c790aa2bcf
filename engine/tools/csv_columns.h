#pragma once

#include "engine/tools/key_source.h"

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

/// Which fields of a CSV row matter, 0-based.
struct CsvColumns {
    std::size_t key = 0;
    std::optional<std::size_t> weight;
    std::optional<std::size_t> partition;
    bool has_header = false;
    std::string key_name;  ///< for the report: the header's word, else "1"
};

/// The most frequent of `,` `;` tab and `|` outside quotes; a comma when there is none.
[[nodiscard]] char guess_delimiter(std::string_view first_line);

/// Finds the columns in the fields of the first row.
///
/// A name asks for a header; a number counts from 1. Without a key column the only one is taken, or
/// the one called "key". Whether a header is there is guessed only when options leave it open: a
/// first row of words without digits, of which at least one is a usual heading or there are several
/// columns. Error: every column that is not there, with what the header has.
[[nodiscard]] std::expected<CsvColumns, std::vector<InputMistake>> find_csv_columns(
    std::span<const std::string> first_row, const KeySourceOptions& options
);

}  // namespace odradek
