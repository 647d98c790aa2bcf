#include "engine/tools/text_lines.h"

#include <utility>

namespace odradek {

TextLines::TextLines(TextWindow window, std::string file, std::string expected)
    : window_(std::move(window))
    , file_(std::move(file))
    , expected_(std::move(expected)) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (window_.unread().starts_with(byte_order_mark)) window_.consume(byte_order_mark.size());
}

std::optional<std::string_view> TextLines::next(Refill refill) {
    while (!is_ended_) {
        const WindowLine line = window_.line();
        if (line.state == WindowLine::State::end) break;
        if (line.state == WindowLine::State::line) {
            window_.consume(line.bytes);
            ++line_;
            return line.text;
        }
        if (refill == Refill::forbidden) break;
        ++line_;  // the line that cannot be had
        if (window_.is_overlong()) {
            end_with(1, "this line is longer than 16 MiB", expected_);
        } else if (const auto filled = window_.refill(); !filled) {
            end_with(0, filled.error().what, "check the file, or pack it again");
        }
        --line_;
    }
    return std::nullopt;
}

void TextLines::add_mistake(std::size_t column, std::string what, std::string remedy) {
    mistakes_.add(
        {.file = file_,
         .line = line_,
         .column = column,
         .what = std::move(what),
         .remedy = std::move(remedy)}
    );
}

void TextLines::end_with(std::size_t column, std::string what, std::string remedy) {
    add_mistake(column, std::move(what), std::move(remedy));
    is_ended_ = true;
}

void TextLines::add_only_blank_lines() {
    mistakes_.add(
        {.file = file_,
         .what = "there are only blank lines: " + expected_,
         .remedy = "give a sample of the topic's keys"}
    );
}

}  // namespace odradek
