#include "engine/core/offsets/codec_name.h"

#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/confluent_format.h"

#include <string>

#include <gtest/gtest.h>

namespace odradek {

namespace {

/// `ranges` offsets done, `gap` open between.
OffsetMap map_of(int ranges, int gap) {
    OffsetMap map{.next_to_read = Offset{100}, .completed = {}};
    for (int at = 0; at < ranges; ++at) {
        const Offset begin{100 + gap + static_cast<std::int64_t>(at) * (gap + 1 + at % 3)};
        if (!map.completed.empty() && begin <= map.completed.back().end) continue;
        map.completed.push_back({begin, next(begin)});
    }
    return map;
}

}  // namespace

TEST(CodecName, is_what_the_decoder_says_for_every_text_of_ours) {
    for (const int ranges : {1, 5, 200, 1'000}) {
        for (const int gap : {1, 7, 5'000}) {
            const OffsetMap map = map_of(ranges, gap);
            const auto text = encode(map, {.units_max = 1 << 20});
            ASSERT_TRUE(text.has_value());
            const auto decoded = decode(*text, map.next_to_read, std::nullopt);
            ASSERT_TRUE(decoded.has_value());
            EXPECT_EQ(codec_name_of(*text), decoded->codec) << ranges << " " << gap;
        }
    }
}

TEST(CodecName, knows_the_peers_codecs) {
    const OffsetMap map = map_of(3, 2);
    for (const ConfluentCodec codec :
         {ConfluentCodec::bit_set_v1,
          ConfluentCodec::run_length_v2,
          ConfluentCodec::bit_set_v2_zstd}) {
        EXPECT_EQ(codec_name_of(encode_confluent_as(map, codec).value()), name_of(codec));
    }
}

TEST(CodecName, says_unknown_of_what_is_nobodys) {
    EXPECT_EQ(codec_name_of(""), "none");
    EXPECT_EQ(codec_name_of("{\"mine\":1}"), "unknown");
    EXPECT_EQ(codec_name_of("\xE1\x9B\x9F"), "unknown");
    EXPECT_EQ(
        codec_name_of("\xE1\x9B\x9F"
                      "1zz"),
        "unknown"
    );
}

}  // namespace odradek
