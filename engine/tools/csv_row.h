#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

struct CsvField {
    std::string text;
    bool is_null = false;  ///< empty and without quotes; `""` is an empty text
};

/// One record of RFC 4180 text by libcsv: quotes, doubled quotes, line ends inside quotes.
///
/// The fast path of `CsvKeys` splits simple lines by itself; this parser takes the hard ones and
/// says what is wrong with them. Strict: a quote inside an unquoted field is a mistake.
class CsvRow {
public:
    enum class State : unsigned char {
        complete,        ///< `fields()` is the record, `bytes` long with its line end
        needs_more,      ///< a quoted field goes on behind the text
        unterminated,    ///< … and the text is the last: the quote at `broken_at` is never closed
        misplaced_quote  ///< the character at `broken_at` breaks the rules of quoting
    };
    struct Result {
        State state;
        std::size_t bytes = 0;
        std::size_t broken_at = 0;  ///< from the start of the text
    };

    explicit CsvRow(char delimiter);

    /// Parses the record at the head of `text`. `is_last`: nothing follows the text.
    [[nodiscard]] Result parse(std::string_view text, bool is_last);

    [[nodiscard]] const std::vector<CsvField>& fields() const;

private:
    struct Parser;
    struct Free {
        void operator()(Parser* parser) const;
    };

    char delimiter_;
    std::unique_ptr<Parser, Free> parser_;
};

/// Where field `index` of the record at the head of `text` begins, quotes respected.
[[nodiscard]] std::size_t csv_field_begin(std::string_view text, std::size_t index, char delimiter);

}  // namespace odradek
