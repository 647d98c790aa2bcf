#include "engine/base/markup_text.h"

#include <gtest/gtest.h>

namespace odradek {

TEST(MarkupText, stands_between_tags_and_in_attributes) {
    EXPECT_EQ(escaped("a<b & \"c\">d"), "a&lt;b &amp; &quot;c&quot;&gt;d");
    EXPECT_EQ(escaped("тест 🔑\n"), "тест 🔑\n");
}

TEST(MarkupText, has_no_control_character_that_xml_forbids) {
    EXPECT_EQ(escaped(std::string("a\0b\x1B[31m", 8)), "a?b?[31m");
    EXPECT_EQ(escaped("\t\r\n"), "\t\r\n");
}

}  // namespace odradek
