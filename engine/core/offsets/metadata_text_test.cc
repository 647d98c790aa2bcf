#include "engine/core/offsets/metadata_text.h"

#include "engine/base/random.h"

#include <set>

#include <gtest/gtest.h>

namespace odradek {

namespace {

ByteBuffer random_bytes(Random& random, std::size_t count) {
    ByteBuffer bytes(count);
    for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(random.below(256));
    }
    return bytes;
}

std::set<std::uint32_t> code_points(const std::string& text) {
    std::set<std::uint32_t> points;
    for (std::size_t at = 0; at + 2 < text.size(); at += 3) {
        const auto byte = [&](std::size_t index) {
            return static_cast<std::uint32_t>(static_cast<std::uint8_t>(text[at + index]));
        };
        EXPECT_EQ(byte(0) >> 4U, 0xEU);
        points.insert(((byte(0) & 15U) << 12U) | ((byte(1) & 63U) << 6U) | (byte(2) & 63U));
    }
    return points;
}

}  // namespace

TEST(MetadataText, gives_back_bytes_of_every_length_with_at_most_one_zero_more) {
    Random random{1};
    for (std::size_t count = 0; count < 300; ++count) {
        for (ByteBuffer bytes :
             {random_bytes(random, count), ByteBuffer(count, 0xFF), ByteBuffer(count, 0)}) {
            const std::string text = text_of_bytes(bytes);
            EXPECT_EQ(count_units(text), units_of_bytes(static_cast<std::int64_t>(count)));
            const auto back = bytes_of_text(text);
            ASSERT_TRUE(back.has_value()) << count;
            const auto size = static_cast<std::size_t>(bytes_of_units(count_units(text)));
            ASSERT_LE(size, count + 1);
            bytes.resize(size);
            ASSERT_EQ(*back, bytes) << count;
        }
    }
}

TEST(MetadataText, carries_at_least_15_point_5_bits_a_unit) {
    EXPECT_EQ(units_of_bytes(127), 64);
    for (std::int64_t units = 64; units <= 4'096; ++units) {
        EXPECT_GE(
            static_cast<double>(bytes_of_units(units)) * 8, 15.5 * static_cast<double>(units)
        );
    }
    EXPECT_EQ(bytes_of_units(4'096), 8'128);
}

TEST(MetadataText, knows_how_much_fits_before_it_is_written) {
    for (std::int64_t bytes = 0; bytes < 3'000; ++bytes) {
        const std::int64_t units = units_of_bytes(bytes);
        EXPECT_GE(bytes_of_units(units), bytes);
        EXPECT_TRUE(units == 0 || bytes_of_units(units - 1) < bytes);
    }
}

TEST(MetadataText, uses_no_null_no_surrogate_no_control_and_no_non_character) {
    Random random{2};
    const std::set<std::uint32_t> points =
        code_points(text_of_bytes(random_bytes(random, 400'000)));
    EXPECT_GT(points.size(), 50'000U);
    EXPECT_GE(*points.begin(), 0x800U);
    EXPECT_LT(*points.rbegin(), 0xFDD0U);
    EXPECT_EQ(points.lower_bound(0xD800), points.lower_bound(0xE000));
}

TEST(MetadataText, refuses_what_no_bytes_would_give) {
    const std::string text = text_of_bytes(ByteBuffer{1, 2, 3});
    ASSERT_TRUE(bytes_of_text(text).has_value());
    EXPECT_FALSE(bytes_of_text(text.substr(1)).has_value());
    EXPECT_FALSE(bytes_of_text("abc").has_value());
    EXPECT_FALSE(bytes_of_text("\xED\xA0\x80").has_value());  // a surrogate
    EXPECT_FALSE(bytes_of_text("\xEF\xBF\xBF").has_value());  // above the last digit
    EXPECT_FALSE(bytes_of_text("\xE0\x80\x80").has_value());  // overlong zero
    EXPECT_FALSE(bytes_of_text("\xE8\xA0\x80").has_value());  // 32,768: 15 bits at most
    EXPECT_FALSE(bytes_of_text(text.substr(0, 3) + "\xE0\xA0\xC0").has_value());
    EXPECT_FALSE(bytes_of_text("\xE0\xA0\x81").has_value());  // a padding bit is set
}

TEST(MetadataText, counts_units_as_java_counts_characters) {
    EXPECT_EQ(count_units(""), 0);
    EXPECT_EQ(count_units("bgAA"), 4);
    EXPECT_EQ(count_units("\xC3\xA9"), 1);          // U+00E9
    EXPECT_EQ(count_units("\xE4\xB8\x80"), 1);      // U+4E00
    EXPECT_EQ(count_units("\xF0\x9F\x98\x80"), 2);  // U+1F600, a surrogate pair there
}

}  // namespace odradek
