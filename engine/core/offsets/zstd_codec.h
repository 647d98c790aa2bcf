#pragma once

#include "engine/core/offsets/body.h"

#include <expected>
#include <span>

namespace odradek {

/// zstd frames, and the two plain layouts of a map that are worth compressing: what a pattern that
/// repeats over long stretches leaves to be found.

/// How a frame begins: with the four magic bytes (as the Java peer needs it) or without.
enum class Frame { standard, without_magic };

/// One frame of level 3, without content size and checksum.
[[nodiscard]] ByteBuffer compress(std::span<const std::uint8_t> bytes, Frame frame);

/// Content of the one frame at the front of `bytes`; what follows it is ignored. Works in steps, so
/// that no size in the frame is believed. Error: no frame, cut, broken, more than `bytes_max`
/// bytes.
[[nodiscard]] std::expected<ByteBuffer, BodyError> decompress(
    std::span<const std::uint8_t> bytes, Frame frame, std::size_t bytes_max
);

/// The most bytes that a decoder of maps asks decompress() for.
inline constexpr std::size_t plain_bytes_max = std::size_t{4} * map_ranges_max;

/// Bit i is the i-th offset from next_to_read, 1 is done; the least significant bit of a byte comes
/// first (java.util.BitSet). The last byte holds the last done offset.
[[nodiscard]] ByteBuffer bits_of_runs(std::span<const RunPair> runs);

/// Done ranges of such bits, relative to bit 0. Error: more than map_ranges_max.
[[nodiscard]] std::expected<std::vector<OffsetRange>, BodyError> done_ranges_of_bits(
    std::span<const std::uint8_t> bytes
);

/// The inverse of bits_of_runs(); bits 0 at the end are ignored. Error: bit 0 is done, too many.
[[nodiscard]] DecodedRuns runs_of_bits(std::span<const std::uint8_t> bytes);

enum class RunWidth : std::uint8_t { two_bytes = 2, four_bytes = 4 };

/// Open, done, open, done …, big-endian. Each length must fit the width without its sign.
[[nodiscard]] ByteBuffer bytes_of_runs(std::span<const RunPair> runs, RunWidth width);

/// The inverse. Error: a length 0 or negative, an odd number of lengths, too many.
[[nodiscard]] DecodedRuns runs_of_bytes(std::span<const std::uint8_t> bytes, RunWidth width);

/// Largest length that fits.
[[nodiscard]] constexpr std::int64_t run_max(RunWidth width) {
    return width == RunWidth::two_bytes ? 0x7FFF : 0x7FFF'FFFF;
}

}  // namespace odradek
