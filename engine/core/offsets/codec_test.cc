#include "engine/core/offsets/codec.h"

#include "engine/core/offsets/metadata_text.h"

#include <array>
#include <limits>

#include <gtest/gtest.h>

namespace odradek {

namespace {

OffsetRange range(std::int64_t begin, std::int64_t end) {
    return {Offset{begin}, Offset{end}};
}

const OffsetMap sample = make_offset_map(Offset{10}, {range(12, 14), range(20, 40)});

}  // namespace

TEST(Codec, writes_in_the_format_asked_for_and_reads_each_by_itself) {
    for (const MapFormat format : {MapFormat::odradek, MapFormat::confluent}) {
        const auto text = encode(sample, {.format = format});
        ASSERT_TRUE(text.has_value());
        const auto decoded = decode(*text, Offset{10}, std::nullopt);
        ASSERT_TRUE(decoded.has_value()) << decoded.error().reason;
        EXPECT_EQ(decoded->format, format);
        EXPECT_EQ(decoded->map, sample);
        EXPECT_FALSE(decoded->was_cut);
    }
    EXPECT_EQ(encode(sample, {.format = MapFormat::none}), "");
}

TEST(Codec, reads_an_empty_text_as_no_map) {
    const auto decoded = decode("", Offset{10}, std::nullopt);
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->format, MapFormat::none);
    EXPECT_EQ(decoded->map, make_offset_map(Offset{10}, {}));
}

TEST(Codec, writes_nothing_where_there_is_nothing_to_say) {
    const OffsetMap nothing{.next_to_read = Offset{10}, .completed = {}};
    EXPECT_EQ(encode(nothing, {}), "");
    EXPECT_EQ(encode(nothing, {.format = MapFormat::confluent, .fingerprint = Fingerprint{1}}), "");
    EXPECT_NE(encode(nothing, {.fingerprint = Fingerprint{1}}), "");
}

TEST(Codec, says_how_many_units_a_map_needs_that_is_too_large) {
    for (const MapFormat format : {MapFormat::odradek, MapFormat::confluent}) {
        const std::int64_t units = count_units(*encode(sample, {.format = format}));
        EXPECT_TRUE(encode(sample, {.format = format, .units_max = units}).has_value());
        const auto text = encode(sample, {.format = format, .units_max = units - 1});
        ASSERT_FALSE(text.has_value());
        EXPECT_EQ(text.error().units_needed, units);
    }
}

TEST(Codec, never_yields_an_offset_at_or_above_the_bound) {
    for (const MapFormat format : {MapFormat::odradek, MapFormat::confluent}) {
        const std::string text = *encode(sample, {.format = format});
        EXPECT_FALSE(decode(text, Offset{10}, Offset{40})->was_cut);
        const auto cut = decode(text, Offset{10}, Offset{30});
        EXPECT_TRUE(cut->was_cut);
        EXPECT_EQ(cut->map, make_offset_map(Offset{10}, {range(12, 14), range(20, 30)}));
        EXPECT_EQ(decode(text, Offset{10}, Offset{5})->map, make_offset_map(Offset{10}, {}));
    }
}

TEST(Codec, tells_foreign_text_apart) {
    const std::array<std::string_view, 6> foreign{
        "consumer", "two words", "{\"a\":1}", "NONE", "%Z85", "\xE4\xB8\x80"};
    for (const std::string_view text : foreign) {
        const auto decoded = decode(text, Offset{10}, std::nullopt);
        ASSERT_FALSE(decoded.has_value()) << text;
        EXPECT_EQ(decoded.error().code, DecodeErrc::foreign) << text;
    }
}

TEST(Codec, refuses_an_offset_that_no_log_reaches) {
    const Offset high{std::numeric_limits<std::int64_t>::max()};
    EXPECT_FALSE(decode("bgABAAE=", high, std::nullopt).has_value());
}

}  // namespace odradek
