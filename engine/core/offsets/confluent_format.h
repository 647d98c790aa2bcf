#pragma once

#include "engine/core/offsets/codec.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace odradek {

/// The text that Confluent's Parallel Consumer (Java, 0.1 – 0.5.3.3) commits: base64 of an id, a
/// body and, for four of the ids, a zstd frame around the body. Never renumbered by it, never
/// extended by us: an unknown id stops every instance of the peer.
///
///     id  body                          body
///     l   bit set v1   int16 count n, then ceil(n/8) bytes, then one byte 0        a = zstd of it
///     o   bit set v2   int32 count n, the same                                     s
///     n   run length v1   int16 lengths: open, done, open …                        J
///     e   run length v2   int32 lengths                                            p
///
/// All integers are signed and big-endian; a set bit is done; bits fill a byte from its least
/// significant end. The map is relative to the committed offset.
enum class ConfluentCodec : char {
    bit_set_v1 = 'l',
    bit_set_v2 = 'o',
    run_length_v1 = 'n',
    run_length_v2 = 'e',
    bit_set_v1_zstd = 'a',
    bit_set_v2_zstd = 's',
    run_length_v1_zstd = 'J',
    run_length_v2_zstd = 'p',
};

[[nodiscard]] std::string_view name_of(ConfluentCodec codec);

/// Sizes of what the peer's plain codecs make of a map; what the size of its text depends on.
struct ConfluentCounts {
    std::int64_t offsets = 0;      ///< from next_to_read to the highest completed one
    std::int64_t pairs = 0;        ///< completed ranges
    std::int64_t longest_run = 0;  ///< open or done
};

/// Units of the text in the smallest plain codec; empty when none can hold the map. The text of
/// encode_confluent() is never longer, and shorter where a zstd twin wins.
[[nodiscard]] std::optional<std::int64_t> confluent_units(const ConfluentCounts& counts);

/// The text in one codec; "bgAA" and its siblings for an empty map. Empty when the map exceeds what
/// the codec can count.
[[nodiscard]] std::optional<std::string> encode_confluent_as(
    const OffsetMap& map, ConfluentCodec codec
);

/// The smallest text; empty text for an empty map, as the peer reads it best. Empty result when no
/// codec can hold the map (a run or more than 2^31 − 1 offsets).
[[nodiscard]] std::optional<std::string> encode_confluent(const OffsetMap& map);

/// Reads a text without our mark. Takes more than the peer does where its releases differ: any body
/// length, runs of 0, odd numbers of runs, maps that end open or begin done.
[[nodiscard]] std::expected<Decoded, DecodeError> decode_confluent(
    std::string_view text, Offset committed
);

}  // namespace odradek
