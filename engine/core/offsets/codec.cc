#include "engine/core/offsets/codec.h"

#include "odradek/contract.h"

#include "engine/core/offsets/body.h"
#include "engine/core/offsets/confluent_format.h"
#include "engine/core/offsets/metadata_text.h"
#include "engine/core/offsets/odradek_format.h"

#include <algorithm>
#include <limits>

namespace odradek {

namespace {

// Offsets and what a map may add to them stay far from the end of the integer.
constexpr Offset committed_max{std::int64_t{1} << 62};

constexpr TooLarge beyond_any_text{std::numeric_limits<std::int64_t>::max()};

bool is_representable(const OffsetMap& map) {
    if (map.completed.empty()) return true;
    return map.completed.size() <= static_cast<std::size_t>(map_ranges_max) &&
           distance(map.next_to_read, map.completed.back().end) <= map_offsets_max;
}

std::optional<std::string> text_for(const OffsetMap& map, const EncodeOptions& options) {
    switch (options.format) {
        case MapFormat::none:
            return std::string{};
        case MapFormat::confluent:
            return is_representable(map) ? encode_confluent(map) : std::nullopt;
        case MapFormat::odradek:
            break;
    }
    if (map.completed.empty() && !options.fingerprint) return std::string{};
    if (!is_representable(map)) return std::nullopt;
    return encode_odradek(map, options.fingerprint);
}

}  // namespace

std::string_view name_of(MapFormat format) {
    switch (format) {
        case MapFormat::odradek:
            return "odradek";
        case MapFormat::confluent:
            return "confluent";
        case MapFormat::none:
            return "none";
    }
    return "unknown";
}

std::string_view name_of(DecodeErrc code) {
    switch (code) {
        case DecodeErrc::foreign:
            return "foreign";
        case DecodeErrc::kafka_streams:
            return "kafka_streams";
        case DecodeErrc::unsupported:
            return "unsupported";
        case DecodeErrc::damaged:
            return "damaged";
    }
    return "unknown";
}

std::expected<std::string, TooLarge> encode(const OffsetMap& map, const EncodeOptions& options) {
    expects(is_valid(map));
    std::optional<std::string> text = text_for(map, options);
    if (!text) return std::unexpected(beyond_any_text);
    const std::int64_t units = count_units(*text);
    if (units > options.units_max) return std::unexpected(TooLarge{units});
    return *std::move(text);
}

std::expected<Decoded, DecodeError> decode(
    std::string_view text, Offset committed, std::optional<Offset> end_bound
) {
    expects(committed >= Offset{0});
    if (text.empty()) return Decoded{.map = {.next_to_read = committed, .completed = {}}};
    if (committed > committed_max) {
        return std::unexpected(DecodeError{DecodeErrc::damaged, 0, "no offset lies so high"});
    }
    auto decoded = has_odradek_mark(text) ? decode_odradek(text, committed)
                                          : decode_confluent(text, committed);
    if (!decoded || !end_bound) return decoded;
    OffsetMap& map = decoded->map;
    const bool has_ranges = !map.completed.empty();
    decoded->was_cut =
        map.next_to_read > *end_bound || (has_ranges && map.completed.back().end > *end_bound);
    if (decoded->was_cut) {
        map = cut_at(std::move(map), *end_bound);
        // Never below what was committed: an end below that is the caller's to judge.
        if (map.next_to_read > *end_bound) map.next_to_read = std::max(committed, *end_bound);
    }
    ensures(is_valid(map));
    return decoded;
}

}  // namespace odradek
