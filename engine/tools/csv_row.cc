#include "engine/tools/csv_row.h"

#include <csv.h>

namespace odradek {

struct CsvRow::Parser {
    csv_parser state{};
    std::vector<CsvField> fields;
    bool is_complete = false;

    void start(char delimiter) {
        csv_free(&state);
        constexpr unsigned char options =
            CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL;  // NULL only where no quotes stood
        csv_init(&state, options);
        csv_set_delim(&state, static_cast<unsigned char>(delimiter));
        csv_set_space_func(&state, [](unsigned char) { return 0; });  // blanks belong to the field
        fields.clear();
        is_complete = false;
    }

    static void take_field(void* text, std::size_t size, void* parser) {
        auto& self = *static_cast<Parser*>(parser);
        CsvField& field = self.fields.emplace_back();
        field.is_null = text == nullptr;
        if (text != nullptr) field.text.assign(static_cast<const char*>(text), size);
    }
    static void take_row(int /*terminator*/, void* parser) {
        static_cast<Parser*>(parser)->is_complete = true;
    }
};

void CsvRow::Free::operator()(Parser* parser) const {
    csv_free(&parser->state);
    delete parser;
}

CsvRow::CsvRow(char delimiter) : delimiter_(delimiter), parser_(new Parser) {
    csv_init(&parser_->state, 0);
}

const std::vector<CsvField>& CsvRow::fields() const {
    return parser_->fields;
}

namespace {

/// The opening quote of the field that is still open at the end of `text`.
std::size_t open_quote(std::string_view text) {
    std::size_t opened = 0;
    bool inside = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '"') continue;
        if (!inside) {
            // `""` inside a quoted field closes and opens at once: the field began before
            if (at == 0 || text[at - 1] != '"') opened = at;
        }
        inside = !inside;
    }
    return opened;
}

}  // namespace

CsvRow::Result CsvRow::parse(std::string_view text, bool is_last) {
    Parser& parser = *parser_;
    parser.start(delimiter_);
    std::size_t fed = 0;
    while (fed < text.size() && !parser.is_complete) {
        const std::size_t stop = text.find('\n', fed);
        if (stop == std::string_view::npos && !is_last) return {.state = State::needs_more};
        const std::size_t end = stop == std::string_view::npos ? text.size() : stop + 1;
        const std::size_t taken = csv_parse(
            &parser.state,
            text.data() + fed,
            end - fed,
            &Parser::take_field,
            &Parser::take_row,
            &parser
        );
        if (taken != end - fed) {
            return {.state = State::misplaced_quote, .broken_at = fed + taken};
        }
        fed = end;
    }
    if (parser.is_complete) return {.state = State::complete, .bytes = fed};
    if (!is_last) return {.state = State::needs_more};
    if (csv_fini(&parser.state, &Parser::take_field, &Parser::take_row, &parser) != 0) {
        return {.state = State::unterminated, .broken_at = open_quote(text)};
    }
    return {.state = State::complete, .bytes = fed};
}

std::size_t csv_field_begin(std::string_view text, std::size_t index, char delimiter) {
    bool inside = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (index == 0) return at;
        if (text[at] == '"') inside = !inside;
        if (text[at] == delimiter && !inside) --index;
    }
    return text.size();
}

}  // namespace odradek
