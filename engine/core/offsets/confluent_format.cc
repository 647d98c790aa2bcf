#include "engine/core/offsets/confluent_format.h"

#include "odradek/contract.h"

#include "engine/core/offsets/base64.h"
#include "engine/core/offsets/zstd_codec.h"

#include <algorithm>
#include <array>
#include <utility>

namespace odradek {

namespace {

constexpr std::int64_t short_max = 0x7FFF;
constexpr std::int64_t int_max = 0x7FFF'FFFF;

/// A plain body of at least so many bytes is worth a zstd frame (its overhead is 9 bytes).
constexpr std::int64_t zstd_worth_from = 40;

bool is_bit_set(ConfluentCodec plain) {
    return plain == ConfluentCodec::bit_set_v1 || plain == ConfluentCodec::bit_set_v2;
}

bool is_version_1(ConfluentCodec plain) {
    return plain == ConfluentCodec::bit_set_v1 || plain == ConfluentCodec::run_length_v1;
}

struct Layout {
    ConfluentCodec plain;
    ConfluentCodec compressed;
};
constexpr std::array layouts{
    Layout{ConfluentCodec::bit_set_v1, ConfluentCodec::bit_set_v1_zstd},
    Layout{ConfluentCodec::bit_set_v2, ConfluentCodec::bit_set_v2_zstd},
    Layout{ConfluentCodec::run_length_v1, ConfluentCodec::run_length_v1_zstd},
    Layout{ConfluentCodec::run_length_v2, ConfluentCodec::run_length_v2_zstd},
};

ConfluentCounts counts_of(const OffsetMap& map) {
    ConfluentCounts counts{.offsets = 0, .pairs = 0, .longest_run = 0};
    for (const RunPair& run : runs_of(map)) {
        counts.offsets += run.open + run.done;
        counts.longest_run = std::max({counts.longest_run, run.open, run.done});
        ++counts.pairs;
    }
    return counts;
}

/// Size of a plain body; empty where the codec leaves the competition.
std::optional<std::int64_t> body_bytes(const ConfluentCounts& counts, ConfluentCodec plain) {
    const std::int64_t limit = is_version_1(plain) ? short_max : int_max;
    const std::int64_t width = is_version_1(plain) ? 2 : 4;
    if (is_bit_set(plain)) {
        if (counts.offsets > limit) return std::nullopt;
        return width + (counts.offsets + 7) / 8 + 1;
    }
    if (counts.longest_run > limit) return std::nullopt;
    return std::max<std::int64_t>(2 * counts.pairs, 1) * width;
}

void append_count(ByteBuffer& bytes, std::int64_t count, ConfluentCodec plain) {
    if (is_version_1(plain)) {
        append_big_endian(bytes, static_cast<std::uint16_t>(count));
    } else {
        append_big_endian(bytes, static_cast<std::uint32_t>(count));
    }
}

ByteBuffer plain_body(const OffsetMap& map, const ConfluentCounts& counts, ConfluentCodec plain) {
    const std::vector<RunPair> runs = runs_of(map);
    ByteBuffer body;
    if (is_bit_set(plain)) {
        append_count(body, counts.offsets, plain);
        const ByteBuffer bits = bits_of_runs(runs);
        body.insert(body.end(), bits.begin(), bits.end());
        body.push_back(0);
    } else if (runs.empty()) {
        append_count(body, 0, plain);
    } else {
        body =
            bytes_of_runs(runs, is_version_1(plain) ? RunWidth::two_bytes : RunWidth::four_bytes);
    }
    ensures(static_cast<std::int64_t>(body.size()) == body_bytes(counts, plain));
    return body;
}

ByteBuffer payload_of(ConfluentCodec codec, const ByteBuffer& body) {
    ByteBuffer payload(body.size() + 1);
    payload.front() = static_cast<std::uint8_t>(codec);
    std::ranges::copy(body, payload.begin() + 1);
    return payload;
}

std::unexpected<DecodeError> failure(DecodeErrc code, std::size_t position, const char* reason) {
    return std::unexpected(DecodeError{.code = code, .position = position, .reason = reason});
}

using DecodedRanges = std::expected<std::vector<OffsetRange>, BodyError>;

/// A count or a run as the peer's version writes it; empty at the end.
std::optional<std::int64_t> take_signed(ByteReader& reader, ConfluentCodec plain) {
    if (is_version_1(plain)) {
        const auto value = reader.take_big_endian<std::uint16_t>();
        if (!value) return std::nullopt;
        return static_cast<std::int16_t>(*value);
    }
    const auto value = reader.take_big_endian<std::uint32_t>();
    if (!value) return std::nullopt;
    return static_cast<std::int32_t>(*value);
}

DecodedRanges ranges_of_bit_set(ByteReader reader, ConfluentCodec plain) {
    const auto count = take_signed(reader, plain);
    if (!count) return std::unexpected(BodyError{0, "shorter than its count"});
    if (*count < 0) return std::unexpected(BodyError{0, "a negative count"});
    // What is missing at the end is open; what lies beyond the count is the writer's slack.
    const auto needed = static_cast<std::size_t>((*count + 7) / 8);
    const auto bits = reader.rest().first(std::min(needed, reader.rest().size()));
    auto ranges = done_ranges_of_bits(bits);
    if (!ranges) return ranges;
    while (!ranges->empty() && ranges->back().begin >= Offset{*count}) {
        ranges->pop_back();
    }
    if (!ranges->empty()) ranges->back().end = std::min(ranges->back().end, Offset{*count});
    return ranges;
}

DecodedRanges ranges_of_runs(ByteReader reader, ConfluentCodec plain) {
    std::vector<OffsetRange> ranges;
    std::int64_t at = 0;
    for (bool is_done = false;; is_done = !is_done) {
        const auto length = take_signed(reader, plain);
        if (!length) return ranges;  // bytes that do not fill a run are slack
        if (*length < 0) return std::unexpected(BodyError{reader.position(), "a negative run"});
        if (is_done && *length > 0) {
            if (ranges.size() == static_cast<std::size_t>(map_ranges_max)) {
                return std::unexpected(BodyError{reader.position(), "too many ranges"});
            }
            ranges.push_back({Offset{at}, Offset{at + *length}});
        }
        at += *length;
        if (at > map_offsets_max) {
            return std::unexpected(BodyError{reader.position(), "runs exceed what a map covers"});
        }
    }
}

DecodedRanges ranges_of(const Layout& layout, ConfluentCodec codec, const ByteBuffer& payload) {
    const std::span<const std::uint8_t> body = std::span{payload}.subspan(1);
    const auto read = [&](std::span<const std::uint8_t> plain) {
        return is_bit_set(layout.plain) ? ranges_of_bit_set(ByteReader{plain}, layout.plain)
                                        : ranges_of_runs(ByteReader{plain}, layout.plain);
    };
    if (codec == layout.plain) return read(body);
    const auto content = decompress(body, Frame::standard, plain_bytes_max + 16);
    if (!content) return std::unexpected(content.error());
    return read(*content);
}

std::unexpected<DecodeError> refuse(std::uint8_t id) {
    if (id == 1 || id == 2) return failure(DecodeErrc::kafka_streams, 0, "Kafka Streams metadata");
    if (id == 'L' || id == 0xEE) {
        return failure(
            DecodeErrc::unsupported, 0, "the peer's byte array, which no release writes"
        );
    }
    if (id == 'd' || id == 'D' || id == 'X') {
        return failure(DecodeErrc::unsupported, 0, "an id of the peer's fork");
    }
    return failure(DecodeErrc::foreign, 0, "base64, but no id of the peer");
}

}  // namespace

std::string_view name_of(ConfluentCodec codec) {
    switch (codec) {
        case ConfluentCodec::bit_set_v1:
            return "bit_set_v1";
        case ConfluentCodec::bit_set_v2:
            return "bit_set_v2";
        case ConfluentCodec::run_length_v1:
            return "run_length_v1";
        case ConfluentCodec::run_length_v2:
            return "run_length_v2";
        case ConfluentCodec::bit_set_v1_zstd:
            return "bit_set_v1_zstd";
        case ConfluentCodec::bit_set_v2_zstd:
            return "bit_set_v2_zstd";
        case ConfluentCodec::run_length_v1_zstd:
            return "run_length_v1_zstd";
        case ConfluentCodec::run_length_v2_zstd:
            return "run_length_v2_zstd";
    }
    return "unknown";
}

std::optional<std::int64_t> confluent_units(const ConfluentCounts& counts) {
    std::optional<std::int64_t> smallest;
    for (const Layout& layout : layouts) {
        const auto size = body_bytes(counts, layout.plain);
        if (size && (!smallest || *size < *smallest)) smallest = size;
    }
    if (!smallest) return std::nullopt;
    return (1 + *smallest + 2) / 3 * 4;
}

std::optional<std::string> encode_confluent_as(const OffsetMap& map, ConfluentCodec codec) {
    expects(is_valid(map));
    const auto* const layout = std::ranges::find_if(layouts, [&](const Layout& candidate) {
        return candidate.plain == codec || candidate.compressed == codec;
    });
    expects(layout != layouts.end());
    const ConfluentCounts counts = counts_of(map);
    if (!body_bytes(counts, layout->plain)) return std::nullopt;
    const ByteBuffer body = plain_body(map, counts, layout->plain);
    if (codec == layout->plain) return base64_of(payload_of(codec, body));
    return base64_of(payload_of(codec, compress(body, Frame::standard)));
}

std::optional<std::string> encode_confluent(const OffsetMap& map) {
    expects(is_valid(map));
    if (map.completed.empty()) return std::string{};
    const ConfluentCounts counts = counts_of(map);
    const Layout* best = nullptr;
    for (const Layout& layout : layouts) {
        const auto size = body_bytes(counts, layout.plain);
        if (!size) continue;
        if (best == nullptr || *size < *body_bytes(counts, best->plain)) best = &layout;
    }
    if (best == nullptr) return std::nullopt;
    const std::int64_t smallest = *body_bytes(counts, best->plain);
    ByteBuffer payload;
    if (smallest <= static_cast<std::int64_t>(plain_bytes_max)) {
        payload = payload_of(best->plain, plain_body(map, counts, best->plain));
    }
    for (const Layout& layout : layouts) {
        const auto size = body_bytes(counts, layout.plain);
        if (smallest < zstd_worth_from || !size) continue;
        if (*size > static_cast<std::int64_t>(plain_bytes_max)) continue;
        const ByteBuffer twin = compress(plain_body(map, counts, layout.plain), Frame::standard);
        if (payload.empty() || twin.size() + 1 < payload.size()) {
            payload = payload_of(layout.compressed, twin);
        }
    }
    if (payload.empty()) return std::nullopt;
    return base64_of(payload);
}

std::expected<Decoded, DecodeError> decode_confluent(std::string_view text, Offset committed) {
    const auto payload = bytes_of_base64(text);
    if (!payload) return failure(DecodeErrc::foreign, payload.error(), "neither base64 nor ours");
    if (payload->empty()) return failure(DecodeErrc::foreign, 0, "base64 of nothing");
    const auto codec = static_cast<ConfluentCodec>(payload->front());
    const auto* const layout = std::ranges::find_if(layouts, [&](const Layout& candidate) {
        return candidate.plain == codec || candidate.compressed == codec;
    });
    if (layout == layouts.end()) return refuse(payload->front());
    auto ranges = ranges_of(*layout, codec, *payload);
    if (!ranges) {
        return failure(DecodeErrc::damaged, ranges.error().position + 1, ranges.error().reason);
    }
    for (OffsetRange& range : *ranges) {
        range = {advanced(committed, range.begin.value()), advanced(committed, range.end.value())};
    }
    return Decoded{
        .map = make_offset_map(committed, std::move(*ranges)),
        .format = MapFormat::confluent,
        .codec = name_of(codec)};
}

}  // namespace odradek
