#include "engine/core/offsets/range_coder.h"

#include "engine/base/random.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

ByteBuffer with_bits(const std::vector<bool>& bits, BitChance chance) {
    RangeEncoder encoder;
    for (const bool bit : bits) {
        encoder.put_bit(bit, chance);
    }
    return encoder.finish();
}

}  // namespace

TEST(RangeCoder, gives_back_bits_parts_and_raw_values_in_order) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Random write{seed};
        RangeEncoder encoder;
        const std::uint64_t count = write.below(300);
        for (std::uint64_t choice = 0; choice < count; ++choice) {
            const auto chance = static_cast<BitChance>(write.between(1, 65'535));
            encoder.put_bit(write.below(65'536) < chance, chance);
            const auto total = static_cast<std::uint32_t>(write.between(1, 5'000'000));
            encoder.put(static_cast<std::uint32_t>(write.below(total)), 1, total);
            const auto width = static_cast<unsigned>(write.below(41));
            encoder.put_raw(write.next() >> (63 - width) >> 1U, width);
        }
        const ByteBuffer bytes = encoder.finish();
        Random read{seed};
        RangeDecoder decoder{bytes};
        ASSERT_EQ(read.below(300), count);
        for (std::uint64_t choice = 0; choice < count; ++choice) {
            const auto chance = static_cast<BitChance>(read.between(1, 65'535));
            ASSERT_EQ(decoder.take_bit(chance), read.below(65'536) < chance);
            const auto total = static_cast<std::uint32_t>(read.between(1, 5'000'000));
            const std::uint32_t place = decoder.peek(total);
            decoder.skip(place, 1);
            ASSERT_EQ(place, read.below(total));
            const auto width = static_cast<unsigned>(read.below(41));
            ASSERT_EQ(decoder.take_raw(width), read.next() >> (63 - width) >> 1U);
        }
    }
}

TEST(RangeCoder, carries_over_any_number_of_full_bytes) {
    // The high part of the interval, over and over: low sits just below the next whole byte.
    for (int length = 1; length < 400; ++length) {
        std::vector<bool> bits(static_cast<std::size_t>(length), false);
        bits.back() = true;
        const ByteBuffer bytes = with_bits(bits, 1);
        RangeDecoder decoder{bytes};
        for (const bool bit : bits) {
            ASSERT_EQ(decoder.take_bit(1), bit) << length;
        }
    }
}

TEST(RangeCoder, costs_what_the_chances_say) {
    Random random{5};
    std::vector<bool> bits;
    double ideal = 0;
    for (int draw = 0; draw < 100'000; ++draw) {
        bits.push_back(random.chance({.part = 1, .whole = 20}));
        ideal -= std::log2(bits.back() ? 3'277.0 / 65'536 : 62'259.0 / 65'536);
    }
    const auto size = static_cast<double>(with_bits(bits, 3'277).size());
    EXPECT_GE(size, ideal / 8 - 1);
    EXPECT_LE(size, ideal / 8 * 1.0001 + 2);
}

TEST(RangeCoder, writes_nothing_for_what_is_nearly_certain) {
    EXPECT_EQ(with_bits(std::vector<bool>(100, true), 65'535).size(), 0U);
}

}  // namespace odradek
