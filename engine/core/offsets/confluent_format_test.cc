#include "engine/core/offsets/confluent_format.h"

#include "engine/core/offsets/base64.h"
#include "engine/core/offsets/metadata_text.h"

#include <array>

#include <gtest/gtest.h>

namespace odradek {

namespace {

OffsetRange range(std::int64_t begin, std::int64_t end) {
    return {Offset{begin}, Offset{end}};
}

OffsetMap map(std::int64_t base, std::vector<OffsetRange> completed) {
    return make_offset_map(Offset{base}, std::move(completed));
}

OffsetMap read(std::string_view text, std::int64_t base) {
    const auto decoded = decode_confluent(text, Offset{base});
    if (!decoded) {
        ADD_FAILURE() << text << ": " << decoded.error().reason;
        return map(-1, {});
    }
    return decoded->map;
}

std::string text_of(const ByteBuffer& bytes) {
    return base64_of(bytes);
}

DecodeErrc refusal(const ByteBuffer& bytes) {
    const auto decoded = decode_confluent(base64_of(bytes), Offset{5});
    EXPECT_FALSE(decoded.has_value());
    return decoded.error().code;
}

constexpr std::array all_codecs{
    ConfluentCodec::bit_set_v1,
    ConfluentCodec::bit_set_v2,
    ConfluentCodec::run_length_v1,
    ConfluentCodec::run_length_v2,
    ConfluentCodec::bit_set_v1_zstd,
    ConfluentCodec::bit_set_v2_zstd,
    ConfluentCodec::run_length_v1_zstd,
    ConfluentCodec::run_length_v2_zstd,
};

}  // namespace

// The worked rows of the peer's format, bytes checked against its jar.

TEST(ConfluentFormat, row_1_nothing_done_above_the_base) {
    EXPECT_EQ(read("bgAA", 123), map(123, {}));
    EXPECT_EQ(encode_confluent_as(map(123, {}), ConfluentCodec::run_length_v1), "bgAA");
    EXPECT_EQ(encode_confluent(map(123, {})), "");
}

TEST(ConfluentFormat, row_2_one_open_one_done) {
    const OffsetMap expected = map(10, {range(11, 12)});
    EXPECT_EQ(read("bAACAgA=", 10), expected);
    EXPECT_EQ(read("bgABAAE=", 10), expected);
    EXPECT_EQ(encode_confluent_as(expected, ConfluentCodec::bit_set_v1), "bAACAgA=");
    EXPECT_EQ(encode_confluent_as(expected, ConfluentCodec::run_length_v1), "bgABAAE=");
}

TEST(ConfluentFormat, row_3_eight_offsets_in_all_codecs) {
    const OffsetMap expected = map(5, {range(6, 13)});
    const std::array<std::string_view, 6> texts{
        "bAAI/gA=",
        "bgABAAc=",
        "bwAAAAj+AA==",
        "ZQAAAAEAAAAH",
        "YSi1L/0AWCEAAAAI/gA=",
        "Sii1L/0AWCEAAAABAAc=",
    };
    for (const std::string_view text : texts) {
        EXPECT_EQ(read(text, 5), expected) << text;
    }
    EXPECT_EQ(encode_confluent_as(expected, ConfluentCodec::bit_set_v1), texts[0]);
    EXPECT_EQ(encode_confluent_as(expected, ConfluentCodec::run_length_v1), texts[1]);
    EXPECT_EQ(encode_confluent_as(expected, ConfluentCodec::bit_set_v2), texts[2]);
    EXPECT_EQ(encode_confluent_as(expected, ConfluentCodec::run_length_v2), texts[3]);
}

TEST(ConfluentFormat, row_4_three_open_in_one_byte) {
    const OffsetMap expected = map(10, {range(11, 13), range(14, 15), range(16, 18)});
    EXPECT_EQ(read("bAAI1gA=", 10), expected);
    EXPECT_EQ(encode_confluent(expected), "bAAI1gA=");
}

TEST(ConfluentFormat, row_5_eleven_offsets) {
    const OffsetMap expected = map(100, {range(101, 104), range(105, 106), range(109, 111)});
    EXPECT_EQ(read("bAALLgYA", 100), expected);
    EXPECT_EQ(read("bgABAAMAAQABAAMAAg==", 100), expected);
    EXPECT_EQ(encode_confluent(expected), "bAALLgYA");
    EXPECT_EQ(encode_confluent_as(expected, ConfluentCodec::run_length_v1), "bgABAAMAAQABAAMAAg==");
}

TEST(ConfluentFormat, row_6_the_last_run_that_fits_version_1) {
    const OffsetMap expected = map(0, {range(1, 32'768)});
    EXPECT_EQ(read("bgABf/8=", 0), expected);
    EXPECT_EQ(encode_confluent(expected), "bgABf/8=");
}

TEST(ConfluentFormat, row_7_the_first_run_that_needs_version_2) {
    const OffsetMap expected = map(0, {range(1, 32'769)});
    EXPECT_EQ(read("ZQAAAAEAAIAA", 0), expected);
    EXPECT_EQ(encode_confluent(expected), "ZQAAAAEAAIAA");
    EXPECT_FALSE(encode_confluent_as(expected, ConfluentCodec::run_length_v1).has_value());
    EXPECT_FALSE(encode_confluent_as(expected, ConfluentCodec::bit_set_v1).has_value());
}

TEST(ConfluentFormat, row_8_one_stuck_record) {
    const OffsetMap expected = map(5, {range(6, 50'001)});
    EXPECT_EQ(read("ZQAAAAEAAMNL", 5), expected);
    EXPECT_EQ(encode_confluent(expected), "ZQAAAAEAAMNL");
}

TEST(ConfluentFormat, row_9_every_even_offset_open) {
    std::vector<OffsetRange> odd;
    for (std::int64_t offset = 1'001; offset < 3'000; offset += 2) {
        odd.push_back(range(offset, offset + 1));
    }
    EXPECT_EQ(read("Sii1L/0AWE0AABAAAQEAm893WA==", 1'000), map(1'000, odd));
    EXPECT_LE(count_units(*encode_confluent(map(1'000, odd))), 28);
}

TEST(ConfluentFormat, row_10_a_random_half_is_a_plain_bit_set) {
    // 20,001 offsets: the size does not depend on which of them are open.
    EXPECT_EQ(confluent_units({.offsets = 20'001, .pairs = 5'000, .longest_run = 12}), 3'340);
}

TEST(ConfluentFormat, gives_back_a_map_from_each_of_its_eight_codecs) {
    const OffsetMap sample =
        map(1'000, {range(1'001, 1'004), range(1'100, 1'101), range(2'000, 9'000)});
    for (const ConfluentCodec codec : all_codecs) {
        const auto text = encode_confluent_as(sample, codec);
        ASSERT_TRUE(text.has_value());
        const auto decoded = decode_confluent(*text, Offset{1'000});
        ASSERT_TRUE(decoded.has_value()) << name_of(codec);
        EXPECT_EQ(decoded->map, sample);
        EXPECT_EQ(decoded->codec, name_of(codec));
    }
}

TEST(ConfluentFormat, reads_every_spelling_of_an_empty_map_as_none) {
    for (const std::string_view text : {"bgAA", "bAAAAA==", "bwAAAAAA", "ZQAAAAA=", "bg=="}) {
        EXPECT_EQ(read(text, 7), map(7, {})) << text;
    }
    for (const ConfluentCodec codec : all_codecs) {
        EXPECT_EQ(read(*encode_confluent_as(map(7, {}), codec), 7), map(7, {}));
    }
}

TEST(ConfluentFormat, never_gives_a_text_longer_than_it_says) {
    const OffsetMap sample = map(0, {range(3, 900), range(950, 951), range(952, 40'000)});
    const auto units = confluent_units({.offsets = 40'000, .pairs = 3, .longest_run = 39'048});
    EXPECT_EQ(count_units(*encode_confluent(sample)), units);
}

TEST(ConfluentFormat, takes_bodies_with_and_without_the_extra_byte_and_too_short_ones) {
    EXPECT_EQ(read(text_of({'l', 0, 8, 0xFE, 0}), 5), map(5, {range(6, 13)}));
    EXPECT_EQ(read(text_of({'l', 0, 8, 0xFE}), 5), map(5, {range(6, 13)}));
    EXPECT_EQ(read(text_of({'l', 0, 16, 0xFE}), 5), map(5, {range(6, 13)}));
    EXPECT_EQ(read(text_of({'l', 0, 4, 0xFE}), 5), map(5, {range(6, 9)}));
}

TEST(ConfluentFormat, takes_maps_that_begin_done_or_end_open) {
    EXPECT_EQ(read(text_of({'n', 0, 0, 0, 3, 0, 2, 0, 1}), 5), map(8, {range(10, 11)}));
    EXPECT_EQ(read(text_of({'l', 0, 4, 0x0B, 0}), 5), map(7, {range(8, 9)}));
    EXPECT_EQ(read(text_of({'n', 0, 1, 0, 3, 0, 2}), 5), map(5, {range(6, 9)}));
    EXPECT_EQ(read(text_of({'n', 0, 1, 0, 3, 0, 0, 0, 2}), 5), map(5, {range(6, 11)}));
    EXPECT_EQ(read(text_of({'n', 0, 1, 0, 3, 9}), 5), map(5, {range(6, 9)}));  // left-over byte
}

TEST(ConfluentFormat, refuses_what_makes_no_sense_and_says_what_it_is) {
    EXPECT_EQ(refusal({'l', 0}), DecodeErrc::damaged);
    EXPECT_EQ(refusal({'l', 0x80, 0}), DecodeErrc::damaged);
    EXPECT_EQ(refusal({'n', 0xFF, 0xFF}), DecodeErrc::damaged);
    EXPECT_EQ(refusal({'a', 1, 2, 3}), DecodeErrc::damaged);
    EXPECT_EQ(refusal({'L', 1, 1}), DecodeErrc::unsupported);
    EXPECT_EQ(refusal({0xEE, 1, 1}), DecodeErrc::unsupported);
    EXPECT_EQ(refusal({'X', 0, 0}), DecodeErrc::unsupported);
    EXPECT_EQ(refusal({1, 2}), DecodeErrc::kafka_streams);
    EXPECT_EQ(refusal({2, 2}), DecodeErrc::kafka_streams);
    EXPECT_EQ(refusal({'q', 2}), DecodeErrc::foreign);
}

TEST(ConfluentFormat, believes_no_count) {
    // Two thousand million bits promised, one byte there.
    EXPECT_EQ(read(text_of({'o', 0x7F, 0xFF, 0xFF, 0xFF, 0x02}), 5), map(5, {range(6, 7)}));
}

}  // namespace odradek
