#include "engine/core/offsets/entropy_codec.h"

#include "engine/base/random.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

ByteBuffer encoded(const std::vector<RunPair>& runs) {
    ByteBuffer bytes;
    encode_entropy(runs, bytes);
    return bytes;
}

void expect_round_trip(const std::vector<RunPair>& runs) {
    const ByteBuffer bytes = encoded(runs);
    const DecodedRuns back = decode_entropy(bytes);
    ASSERT_TRUE(back.has_value()) << back.error().reason;
    ASSERT_EQ(*back, runs);
    EXPECT_LE(static_cast<std::int64_t>(bytes.size()), entropy_bytes_max(counts_of(runs)));
}

/// Lengths up to 2^bits, most of them short.
std::vector<RunPair> random_runs(Random& random, std::uint64_t pairs, std::uint64_t bits) {
    std::vector<RunPair> runs;
    const auto length = [&] {
        return static_cast<std::int64_t>(random.below(std::uint64_t{1} << random.below(bits))) + 1;
    };
    for (std::uint64_t pair = 0; pair < pairs; ++pair) {
        runs.push_back({.open = length(), .done = length()});
    }
    return runs;
}

}  // namespace

TEST(EntropyCodec, gives_back_runs_of_any_length) {
    Random random{1};
    for (int round = 0; round < 500; ++round) {
        expect_round_trip(random_runs(random, random.below(200) + 1, random.below(24) + 1));
    }
    expect_round_trip({{1, 1}});
    expect_round_trip({{map_offsets_max - 1, 1}});
    expect_round_trip({{1, map_offsets_max / 2}, {map_offsets_max / 2 - 2, 1}});
    expect_round_trip(std::vector<RunPair>(1'000, {1, 1}));
}

TEST(EntropyCodec, says_one_stuck_record_in_a_few_bytes) {
    EXPECT_EQ(encoded({{1, 10'000'000}}).size(), 6U);
}

TEST(EntropyCodec, never_exceeds_the_size_that_its_counts_promise) {
    Random random{3};
    for (int round = 0; round < 300; ++round) {
        const auto runs = random_runs(random, random.below(3'000) + 1, random.below(12) + 1);
        const auto size = static_cast<double>(encoded(runs).size());
        const auto promised = static_cast<double>(entropy_bytes_max(counts_of(runs)));
        EXPECT_LE(size, promised);
        EXPECT_GE(size * 1.0004 + 6, promised);  // and the promise is tight
    }
    const std::vector<RunPair> alternating(200'000, {1, 1});
    EXPECT_LE(
        static_cast<std::int64_t>(encoded(alternating).size()),
        entropy_bytes_max(counts_of(alternating))
    );
}

TEST(EntropyCodec, refuses_counts_and_runs_that_contradict_each_other) {
    EXPECT_FALSE(decode_entropy({}).has_value());
    EXPECT_FALSE(decode_entropy(ByteBuffer{0, 0, 0}).has_value());  // no pair
    EXPECT_FALSE(decode_entropy(ByteBuffer{1, 0}).has_value());
    EXPECT_FALSE(
        decode_entropy(ByteBuffer{1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0}).has_value()
    );
    EXPECT_FALSE(decode_entropy(ByteBuffer(12, 0xFF)).has_value());
    // Two pairs, 100 more open, 0 more done: zeros say that the first run is endless.
    EXPECT_FALSE(decode_entropy(ByteBuffer{2, 100, 0}).has_value());
}

TEST(EntropyCodec, reads_arbitrary_bytes_without_harm) {
    Random random{4};
    for (int round = 0; round < 2'000; ++round) {
        ByteBuffer bytes(random.below(40));
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(random.below(256));
        }
        const DecodedRuns runs = decode_entropy(bytes);
        if (!runs) continue;
        const RunCounts counts = counts_of(*runs);
        EXPECT_LE(counts.open + counts.done, map_offsets_max);
        for (const RunPair& run : *runs) {
            ASSERT_GE(run.open, 1);
            ASSERT_GE(run.done, 1);
        }
    }
}

}  // namespace odradek
