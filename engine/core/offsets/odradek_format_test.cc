#include "engine/core/offsets/odradek_format.h"

#include "engine/core/offsets/metadata_text.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

const OffsetMap sample = make_offset_map(
    Offset{123'456}, {{Offset{123'460}, Offset{123'500}}, {Offset{123'502}, Offset{123'503}}}
);

}  // namespace

TEST(OdradekFormat, gives_back_map_and_fingerprint) {
    for (const std::optional<Fingerprint> fingerprint :
         {std::optional<Fingerprint>{}, std::optional{Fingerprint{0xDEADBEEF}}}) {
        const std::string text = encode_odradek(sample, fingerprint);
        const auto decoded = decode_odradek(text, sample.next_to_read);
        ASSERT_TRUE(decoded.has_value()) << decoded.error().reason;
        EXPECT_EQ(decoded->map, sample);
        EXPECT_EQ(decoded->fingerprint, fingerprint);
        EXPECT_EQ(decoded->format, MapFormat::odradek);
        EXPECT_EQ(decoded->codec, "entropy");
    }
}

TEST(OdradekFormat, keeps_a_fingerprint_beside_an_empty_map) {
    const std::string text =
        encode_odradek({.next_to_read = Offset{7}, .completed = {}}, Fingerprint{1});
    EXPECT_EQ(count_units(text), odradek_units(0, true));
    const auto decoded = decode_odradek(text, Offset{7});
    ASSERT_TRUE(decoded.has_value());
    EXPECT_TRUE(decoded->map.completed.empty());
    EXPECT_EQ(decoded->fingerprint, Fingerprint{1});
}

TEST(OdradekFormat, is_refused_beside_another_offset) {
    const std::string text = encode_odradek(sample, std::nullopt);
    const auto decoded = decode_odradek(text, next(sample.next_to_read));
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error().code, DecodeErrc::damaged);
}

TEST(OdradekFormat, is_refused_when_cut_anywhere) {
    const std::string text = encode_odradek(sample, Fingerprint{5});
    for (std::size_t length = odradek_mark.size(); length < text.size(); ++length) {
        EXPECT_FALSE(decode_odradek(text.substr(0, length), sample.next_to_read)) << length;
    }
}

TEST(OdradekFormat, is_refused_when_any_bit_is_flipped) {
    const std::string text = encode_odradek(sample, Fingerprint{5});
    for (std::size_t bit = odradek_mark.size() * 8; bit < text.size() * 8; ++bit) {
        std::string damaged = text;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        EXPECT_FALSE(decode_odradek(damaged, sample.next_to_read)) << bit;
    }
}

TEST(OdradekFormat, names_a_version_that_it_does_not_know) {
    std::string text = encode_odradek(sample, std::nullopt);
    text[odradek_mark.size()] = '2';
    EXPECT_EQ(decode_odradek(text, sample.next_to_read).error().code, DecodeErrc::unsupported);
}

TEST(OdradekFormat, takes_zstd_where_a_long_pattern_repeats) {
    std::vector<RunPair> period;
    for (std::int64_t pair = 0; pair < 40; ++pair) {
        period.push_back({1 + pair * pair % 7, 1 + pair * 37 % 101});
    }
    std::vector<RunPair> runs;
    for (int repeat = 0; repeat < 100; ++repeat) {
        runs.insert(runs.end(), period.begin(), period.end());
    }
    const Body body = smallest_body(runs);
    EXPECT_EQ(body.codec, BodyCodec::zstd_runs_16);
    EXPECT_LT(body.bytes.size(), 200U);
    const OffsetMap map = map_of(Offset{9}, runs);
    EXPECT_EQ(decode_odradek(encode_odradek(map, std::nullopt), Offset{9})->map, map);
}

TEST(OdradekFormat, knows_its_size_from_its_body) {
    const auto body = static_cast<std::int64_t>(smallest_body(runs_of(sample)).bytes.size());
    EXPECT_EQ(count_units(encode_odradek(sample, std::nullopt)), odradek_units(body, false));
    for (std::int64_t units = 0; units < 500; ++units) {
        const std::int64_t most = odradek_body_bytes_max(units, true);
        EXPECT_TRUE(most < 0 || odradek_units(most, true) <= units);
        EXPECT_GT(odradek_units(most + 1, true), units);
    }
}

}  // namespace odradek
