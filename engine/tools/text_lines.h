#pragma once

#include "engine/tools/key_source.h"
#include "engine/tools/text_window.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace odradek {

/// The lines of a text of keys, with the place of each: what the sources of one record a line
/// share.
class TextLines {
public:
    /// `file` names it in mistakes, `expected` says what a line should be: "expected one key a
    /// line".
    TextLines(TextWindow window, std::string file, std::string expected);

    enum class Refill : unsigned char { allowed, forbidden };

    /// The next line without its end. Nothing: the text has ended, or only a refill, which would
    /// move what earlier views point at, brings more.
    [[nodiscard]] std::optional<std::string_view> next(Refill refill);

    /// Adds a mistake in the line given last. `column` is 1-based, 0 for the whole line.
    void add_mistake(std::size_t column, std::string what, std::string remedy);

    /// The same, and nothing is read behind it.
    void end_with(std::size_t column, std::string what, std::string remedy);

    /// At the end of a text in which no line was worth anything.
    void add_only_blank_lines();

    [[nodiscard]] const MistakeList& mistakes() const { return mistakes_; }

private:
    TextWindow window_;
    std::string file_;
    std::string expected_;
    std::size_t line_ = 0;  // 1-based, of the line given last
    bool is_ended_ = false;
    MistakeList mistakes_;
};

}  // namespace odradek
