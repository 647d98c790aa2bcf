#pragma once

#include "engine/core/offsets/body.h"

#include <span>

namespace odradek {

/// The body codec "entropy": two states, open and done, each with the chance that its run ends.
///
/// Both chances follow from three counts in the body, so that the length of the body depends on
/// nothing but these counts:
///
///     bits ≈ open · H(pairs / open) + done · H(pairs / done),   H(p) = −p log2 p − (1−p) log2
///     (1−p)
///
/// which is the Shannon bound of such a map, and what map_size.h reasons with. A run is written as
/// choices near one half each, so a long run costs no more steps than a short one.

[[nodiscard]] RunCounts counts_of(std::span<const RunPair> runs);

/// The formula above, in bits. Grows with `open` and with `done`; jointly concave.
[[nodiscard]] double entropy_bits(const RunCounts& counts);

/// Upper bound of the size of encode_entropy() for any map of these counts, in bytes; at most
/// 0.04 % + 6 bytes above it.
[[nodiscard]] std::int64_t entropy_bytes_max(const RunCounts& counts);

/// Appends the body. `runs` is not empty; its sum ≤ map_offsets_max, its size ≤ map_ranges_max.
void encode_entropy(std::span<const RunPair> runs, ByteBuffer& bytes);

/// Reads it, zeros after the end included. Error: counts that contradict each other, runs that do
/// not add up to them.
[[nodiscard]] DecodedRuns decode_entropy(std::span<const std::uint8_t> bytes);

}  // namespace odradek
