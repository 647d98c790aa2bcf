#include "engine/base/json_text.h"

#include <string>

#include <gtest/gtest.h>

namespace odradek {

namespace {

std::string json_of(std::string_view bytes) {
    std::string json;
    append_json_bytes(bytes, json);
    return json;
}

}  // namespace

TEST(JsonText, knows_utf8_from_other_bytes) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("order-1"));
    EXPECT_TRUE(is_utf8("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"));
    EXPECT_FALSE(is_utf8("\xFF"));
    EXPECT_FALSE(is_utf8("\xC3"));              // cut off
    EXPECT_FALSE(is_utf8("\xC0\xAF"));          // overlong
    EXPECT_FALSE(is_utf8("\xE0\x80\xAF"));      // overlong
    EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
    EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
}

TEST(JsonText, writes_the_published_vectors_of_base64) {
    // RFC 4648 section 10.
    EXPECT_EQ(to_base64(""), "");
    EXPECT_EQ(to_base64("f"), "Zg==");
    EXPECT_EQ(to_base64("fo"), "Zm8=");
    EXPECT_EQ(to_base64("foo"), "Zm9v");
    EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

TEST(JsonText, reads_base64_back) {
    for (const std::string bytes : {"", "f", "fo", "foo", "\xFF\x00\x80", "foob"}) {
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    }
}

TEST(JsonText, refuses_base64_that_is_not_canonical) {
    EXPECT_EQ(from_base64("Zg"), std::nullopt);    // padding missing
    EXPECT_EQ(from_base64("Zh=="), std::nullopt);  // bits behind the last byte
    EXPECT_EQ(from_base64("Z==="), std::nullopt);
    EXPECT_EQ(from_base64("Zg=a"), std::nullopt);
    EXPECT_EQ(from_base64("Zg!="), std::nullopt);
}

TEST(JsonText, escapes_only_what_json_demands) {
    EXPECT_EQ(json_of("a\"b\\c/d"), R"("a\"b\\c/d")");
    EXPECT_EQ(json_of("\n\t\x01"), R"("\n\t\u0001")");
    EXPECT_EQ(json_of("\xC3\xA9"), "\"\xC3\xA9\"");
}

TEST(JsonText, writes_bytes_that_are_no_text_as_base64) {
    EXPECT_EQ(json_of("\xFF"), R"({"base64":"/w=="})");
}

}  // namespace odradek
