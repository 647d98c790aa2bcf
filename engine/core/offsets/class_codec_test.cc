#include "engine/core/offsets/class_codec.h"

#include "engine/base/random.h"
#include "engine/core/offsets/entropy_codec.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

ByteBuffer encoded(const std::vector<RunPair>& runs, Places places) {
    ByteBuffer bytes;
    encode_classes(runs, places, bytes);
    return bytes;
}

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

void expect_round_trip(const std::vector<RunPair>& runs) {
    ClassCounts open;
    ClassCounts done;
    for (const RunPair& run : runs) {
        open.add(run.open);
        done.add(run.done);
    }
    for (const Places places : {Places::plain, Places::tight}) {
        const ByteBuffer bytes = encoded(runs, places);
        const DecodedRuns back = decode_classes(bytes, places);
        ASSERT_TRUE(back.has_value()) << back.error().reason;
        ASSERT_EQ(*back, runs);
        const double rounding = class_rounding_bits(static_cast<std::int64_t>(runs.size()));
        EXPECT_LE(static_cast<double>(bytes.size()) * 8, class_bits(runs, places) + rounding + 8);
    }
    EXPECT_NEAR(open.bits() + done.bits(), class_bits(runs, Places::plain), 1e-6);
    EXPECT_LE(
        static_cast<std::int64_t>(encoded(runs, Places::plain).size()), class_bytes_max(open, done)
    );
}

}  // namespace

TEST(ClassCodec, has_a_class_for_every_length_and_no_length_has_two) {
    std::int64_t next = 1;
    for (std::size_t index = 0; index < length_classes_max; ++index) {
        EXPECT_EQ(class_begin(index), next);
        const LengthClass found = class_of(next);
        EXPECT_EQ(found.index, index);
        EXPECT_EQ(found.place, 0U);
        next += std::int64_t{1} << found.place_bits;
        EXPECT_EQ(class_of(next - 1).index, index);
    }
    EXPECT_EQ(next, map_offsets_max + 1);
}

TEST(ClassCodec, gives_back_runs_of_any_length_within_the_promised_size) {
    Random random{1};
    for (int round = 0; round < 500; ++round) {
        expect_round_trip(random_runs(random, random.below(300) + 1, random.below(24) + 1));
    }
    expect_round_trip({{1, 1}});
    expect_round_trip({{map_offsets_max - 1, 1}});
    expect_round_trip(std::vector<RunPair>(50'000, {3, 200}));
}

TEST(ClassCodec, has_next_to_nothing_to_say_where_all_runs_are_alike) {
    const std::vector<RunPair> runs(10'000, {1, 99});
    EXPECT_LE(encoded(runs, Places::tight).size(), 24U);
    EXPECT_LE(encoded(std::vector<RunPair>(10'000, {1, 9}), Places::plain).size(), 20U);
}

TEST(ClassCodec, beats_the_entropy_codec_where_few_runs_are_very_long) {
    std::vector<RunPair> runs{{1, 10'000'000}};
    for (int pair = 0; pair < 100; ++pair) {
        runs.push_back({1 + pair % 3, 1 + pair % 5});
    }
    ByteBuffer entropy;
    encode_entropy(runs, entropy);
    EXPECT_LT(encoded(runs, Places::plain).size() * 2, entropy.size());
}

TEST(ClassCodec, forgets_removed_runs) {
    ClassCounts counts;
    counts.add(5);
    const ClassCounts before = counts;
    counts.add(1'000);
    EXPECT_NE(counts, before);
    counts.remove(1'000);
    EXPECT_EQ(counts, before);
    EXPECT_EQ(counts.used(), 5U);
}

TEST(ClassCodec, reads_arbitrary_bytes_without_harm) {
    Random random{4};
    for (int round = 0; round < 20'000; ++round) {
        ByteBuffer bytes(random.below(60));
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(random.below(random.below(256) + 1));
        }
        for (const Places places : {Places::plain, Places::tight}) {
            const DecodedRuns runs = decode_classes(bytes, places);
            if (!runs) continue;
            const RunCounts counts = counts_of(*runs);
            EXPECT_LE(counts.open + counts.done, map_offsets_max);
        }
    }
    EXPECT_FALSE(decode_classes({}, Places::plain).has_value());
}

}  // namespace odradek
