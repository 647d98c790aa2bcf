#include "engine/core/offsets/base64.h"

#include <array>

#include <gtest/gtest.h>

namespace odradek {

TEST(Base64, gives_the_published_vectors) {
    // RFC 4648, section 10.
    const std::string word = "foobar";
    const std::array<std::string, 7> texts{
        "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (std::size_t length = 0; length <= word.size(); ++length) {
        const ByteBuffer bytes(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_EQ(base64_of(bytes), texts.at(length));
        EXPECT_EQ(bytes_of_base64(texts.at(length)), bytes);
    }
    EXPECT_EQ(base64_of(ByteBuffer{0xFB, 0xFF}), "+/8=");
}

TEST(Base64, takes_text_without_padding) {
    EXPECT_EQ(bytes_of_base64("Zg"), (ByteBuffer{'f'}));
    EXPECT_EQ(bytes_of_base64("Zm9vYmE"), (ByteBuffer{'f', 'o', 'o', 'b', 'a'}));
}

TEST(Base64, refuses_newlines_spaces_the_url_alphabet_and_crooked_padding) {
    for (const std::string_view text :
         {"Zm9v\n",
          "Zm 9",
          "Zm9-",
          "Zm9_",
          "Z",
          "Zg=",
          "Zg===",
          "=Zg=",
          "Zg==Zg==",
          "Z===",
          "===="}) {
        EXPECT_FALSE(bytes_of_base64(text).has_value()) << text;
    }
}

}  // namespace odradek
