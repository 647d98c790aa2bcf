#include "engine/core/offsets/zstd_codec.h"

#include <gtest/gtest.h>

namespace odradek {

TEST(ZstdCodec, gives_back_what_it_compressed_in_both_frames) {
    const ByteBuffer content(5'000, 7);
    for (const Frame frame : {Frame::standard, Frame::without_magic}) {
        const ByteBuffer compressed = compress(content, frame);
        EXPECT_LT(compressed.size(), 40U);
        EXPECT_EQ(decompress(compressed, frame, 5'000), content);
        ByteBuffer longer = compressed;
        longer.push_back(0);  // what text padding may add
        EXPECT_EQ(decompress(longer, frame, 5'000), content);
    }
}

TEST(ZstdCodec, refuses_frames_that_are_cut_too_large_or_none) {
    const ByteBuffer compressed = compress(ByteBuffer(5'000, 7), Frame::standard);
    EXPECT_FALSE(decompress(compressed, Frame::standard, 4'999).has_value());
    EXPECT_FALSE(
        decompress(std::span{compressed}.first(compressed.size() - 1), Frame::standard, 9'999)
            .has_value()
    );
    EXPECT_FALSE(decompress({}, Frame::standard, 10).has_value());
    EXPECT_FALSE(decompress(ByteBuffer{1, 2, 3, 4, 5, 6}, Frame::standard, 10).has_value());
}

TEST(ZstdCodec, lays_bits_out_least_significant_first) {
    // 10 open, 11 and 12 done, 13 open, 14 done, 15-17 open, 18 done.
    const std::vector<RunPair> runs{{1, 2}, {1, 1}, {3, 1}};
    EXPECT_EQ(bits_of_runs(runs), (ByteBuffer{0x16, 0x01}));
    EXPECT_EQ(runs_of_bits(ByteBuffer{0x16, 0x01}), runs);
    EXPECT_EQ(runs_of_bits(ByteBuffer{0x16, 0x01, 0, 0}), runs);
    EXPECT_FALSE(runs_of_bits(ByteBuffer{0x17, 0x01}).has_value());
    EXPECT_EQ(runs_of_bits(ByteBuffer{0xFE, 0xFF, 0xFF, 0x03}), (std::vector<RunPair>{{1, 25}}));
}

TEST(ZstdCodec, lays_runs_out_big_endian) {
    const std::vector<RunPair> runs{{1, 300}, {2, 0x7FFF}};
    EXPECT_EQ(
        bytes_of_runs(runs, RunWidth::two_bytes), (ByteBuffer{0, 1, 1, 0x2C, 0, 2, 0x7F, 0xFF})
    );
    for (const RunWidth width : {RunWidth::two_bytes, RunWidth::four_bytes}) {
        EXPECT_EQ(runs_of_bytes(bytes_of_runs(runs, width), width), runs);
    }
    EXPECT_FALSE(runs_of_bytes(ByteBuffer{0, 1, 0, 0}, RunWidth::two_bytes).has_value());
    EXPECT_FALSE(runs_of_bytes(ByteBuffer{0, 1, 0xFF, 0xFF}, RunWidth::two_bytes).has_value());
    EXPECT_FALSE(runs_of_bytes(ByteBuffer{0, 1}, RunWidth::two_bytes).has_value());
}

}  // namespace odradek
