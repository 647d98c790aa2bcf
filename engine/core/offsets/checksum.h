#pragma once

#include <cstdint>
#include <span>

namespace odradek {

/// CRC-32C (Castagnoli; RFC 3720, appendix B.4) of `bytes`, going on from `before`, the checksum of
/// what stands in front of them.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::uint8_t> bytes, std::uint32_t before = 0);

}  // namespace odradek
