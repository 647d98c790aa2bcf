#pragma once

#include "odradek/options.h"

#include "engine/core/offsets/offset_map.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace odradek {

/// Identity of what decides lanes and segments, committed beside the map (PS-7).
using Fingerprint = Strong<struct FingerprintTag, std::uint32_t>;

/// "odradek", "confluent", "none".
[[nodiscard]] std::string_view name_of(MapFormat format);

/// As the broker has it unless changed (`offset.metadata.max.bytes`), in UTF-16 units.
inline constexpr std::int64_t metadata_units_default = 4'096;

struct EncodeOptions {
    MapFormat format = MapFormat::odradek;
    /// The most units that the broker accepts, as count_units() counts them.
    std::int64_t units_max = metadata_units_default;
    std::optional<Fingerprint> fingerprint = std::nullopt;
};

/// The map does not fit. MapSize sees to it that this never happens to a map it has watched.
struct TooLarge {
    std::int64_t units_needed;

    friend bool operator==(const TooLarge&, const TooLarge&) = default;
};

/// Text to commit beside `map.next_to_read`; the smallest of the format's codecs.
///
/// Empty where there is nothing to say: nothing completed above next_to_read and no fingerprint to
/// keep. Error: more units than `units_max`, or a map that the format cannot hold (needs more than
/// any text: units_needed is the largest integer). O(ranges).
[[nodiscard]] std::expected<std::string, TooLarge> encode(
    const OffsetMap& map, const EncodeOptions& options
);

struct Decoded {
    OffsetMap map;
    MapFormat format = MapFormat::none;  ///< none: the text is empty
    std::string_view codec = "none";     ///< name of the body codec; a literal
    std::optional<Fingerprint> fingerprint = std::nullopt;
    /// The text spoke of offsets at or above the bound. They are cut off; the log has lost records
    /// that the map counts as done, or belongs to another topic of the same name.
    bool was_cut = false;

    friend bool operator==(const Decoded&, const Decoded&) = default;
};

/// Why a text gives no map. What is done then is a policy (PC-17).
enum class DecodeErrc {
    foreign,        ///< neither ours nor the peer's: someone else's text
    kafka_streams,  ///< metadata of Kafka Streams
    unsupported,    ///< ours or the peer's, by a version or codec that this one does not know
    damaged,        ///< ours, but cut, changed, or beside an offset it was not made for; or the
                    ///< peer's, but it contradicts itself
};

[[nodiscard]] std::string_view name_of(DecodeErrc code);

struct DecodeError {
    DecodeErrc code;
    std::size_t position;     ///< byte in the text, or in what it unpacks to where it has been
    std::string_view reason;  ///< for a person; a literal

    friend bool operator==(const DecodeError&, const DecodeError&) = default;
};

/// The map in any text that a group may have committed beside `committed` ≥ 0: ours, the peer's, or
/// none. No offset of the result lies at or above `end_bound`, the partition's end where it is
/// known.
///
/// `map.next_to_read` lies above `committed` where the text counts `committed` itself as done.
/// Never crashes, allocates less than 100 MiB whatever the text says (in practice a few times its
/// length).
[[nodiscard]] std::expected<Decoded, DecodeError> decode(
    std::string_view text, Offset committed, std::optional<Offset> end_bound
);

}  // namespace odradek
