#pragma once

#include "engine/core/offsets/body.h"
#include "engine/core/offsets/codec.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace odradek {

/// Our own text, version 1: FORMAT.md says what each byte means. Numbers are never given twice.

/// U+16DF in UTF-8: the first character of every text of ours. No base64, no Z85, no JSON.
inline constexpr std::string_view odradek_mark = "\xE1\x9B\x9F";

inline constexpr char odradek_version = '1';  ///< the second character

enum class BodyCodec : std::uint8_t {
    none = 0,           ///< nothing is completed: the text carries a fingerprint only
    entropy = 1,        ///< entropy_codec.h
    classes = 2,        ///< class_codec.h, Places::plain
    classes_tight = 3,  ///< class_codec.h, Places::tight
    zstd_bits = 4,      ///< zstd frame without magic bytes of bits_of_runs()
    zstd_runs_16 = 5,   ///< of bytes_of_runs(), two bytes a run
    zstd_runs_32 = 6,   ///< of bytes_of_runs(), four bytes a run
    bits = 7,           ///< bits_of_runs() as it is
    runs_16 = 8,        ///< bytes_of_runs() as it is, two bytes a run
    runs_32 = 9,        ///< the same, four bytes a run
};

[[nodiscard]] std::string_view name_of(BodyCodec codec);

[[nodiscard]] inline bool has_odradek_mark(std::string_view text) {
    return text.starts_with(odradek_mark);
}

/// Units of the text around a body of so many bytes.
[[nodiscard]] std::int64_t odradek_units(std::int64_t body_bytes, bool has_fingerprint);

/// The most bytes that a body may have for the text to fit `units`; negative when no body fits.
[[nodiscard]] std::int64_t odradek_body_bytes_max(std::int64_t units, bool has_fingerprint);

struct Body {
    BodyCodec codec = BodyCodec::none;
    ByteBuffer bytes;
};

/// The smallest body for the runs; none for no runs. Never longer than the least of
/// entropy_bytes_max() and class_bytes_max().
[[nodiscard]] Body smallest_body(std::span<const RunPair> runs);

/// The text for a valid map of at most map_ranges_max ranges over at most map_offsets_max offsets.
[[nodiscard]] std::string encode_odradek(
    const OffsetMap& map, std::optional<Fingerprint> fingerprint
);

/// Reads a text with our mark. Error: unsupported or damaged.
[[nodiscard]] std::expected<Decoded, DecodeError> decode_odradek(
    std::string_view text, Offset committed
);

}  // namespace odradek
