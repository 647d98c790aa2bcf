#include "engine/core/offsets/checksum.h"

#include <array>
#include <numeric>

#include <gtest/gtest.h>

namespace odradek {

TEST(Checksum, gives_the_published_values_of_crc32c) {
    // RFC 3720, appendix B.4: 32 bytes of zeros, of ones, ascending.
    std::array<std::uint8_t, 32> bytes{};
    EXPECT_EQ(crc32c(bytes), 0x8A9136AAU);
    bytes.fill(0xFF);
    EXPECT_EQ(crc32c(bytes), 0x62A8AB43U);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    EXPECT_EQ(crc32c(bytes), 0x46DD794EU);
}

TEST(Checksum, goes_on_where_another_one_ended) {
    const std::array<std::uint8_t, 5> bytes{1, 2, 3, 4, 5};
    const std::span<const std::uint8_t> whole{bytes};
    EXPECT_EQ(crc32c(whole.subspan(2), crc32c(whole.first(2))), crc32c(whole));
}

}  // namespace odradek
