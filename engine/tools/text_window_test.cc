#include "engine/tools/text_window.h"

#include "engine/tools/test_file.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

TextWindow window_of(const TestFile& file) {
    return TextWindow{ByteInput::open(file.path()).value()};
}

std::vector<std::string> lines_of(TextWindow window) {
    std::vector<std::string> lines;
    for (;;) {
        const WindowLine line = window.line();
        if (line.state == WindowLine::State::end) return lines;
        if (line.state == WindowLine::State::needs_refill) {
            if (!window.refill()) return {"failed"};
            continue;
        }
        lines.emplace_back(line.text);
        window.consume(line.bytes);
    }
}

}  // namespace

TEST(TextWindow, takes_both_line_ends_and_a_last_line_without_one) {
    const TestFile file(".txt", "a\r\n\nb\rc\nlast");
    EXPECT_THAT(lines_of(window_of(file)), testing::ElementsAre("a", "", "b\rc", "last"));
}

TEST(TextWindow, gives_every_line_once_when_the_text_is_larger_than_it) {
    std::string text;
    std::vector<std::string> expected;
    for (int i = 0; i < 40'000; ++i) {
        expected.push_back(std::string(static_cast<std::size_t>(i % 120), 'x') + std::to_string(i));
        text += expected.back() + "\n";
    }
    const TestFile file(".txt", text);
    EXPECT_EQ(lines_of(window_of(file)), expected);
}

TEST(TextWindow, grows_for_a_line_longer_than_it) {
    const std::string text(3UL << 20U, 'y');
    const TestFile file(".txt", text + "\nz\n");
    EXPECT_THAT(lines_of(window_of(file)), testing::ElementsAre(text, "z"));
}

TEST(TextWindow, leaves_views_valid_while_lines_are_only_consumed) {
    const TestFile file(".txt", "one\ntwo\n");
    TextWindow window = window_of(file);
    ASSERT_TRUE(window.refill().has_value());
    const WindowLine one = window.line();
    window.consume(one.bytes);
    const WindowLine two = window.line();
    EXPECT_EQ(one.text, "one");
    EXPECT_EQ(two.text, "two");
}

TEST(TextWindow, is_overlong_when_one_record_would_need_more_than_the_most) {
    const TestFile file(".txt", std::string(TextWindow::record_bytes_max + 10, 'z'));
    TextWindow window = window_of(file);
    while (!window.is_overlong() && !window.is_at_end()) {
        ASSERT_TRUE(window.refill().has_value());
    }
    EXPECT_TRUE(window.is_overlong());
}

}  // namespace odradek
