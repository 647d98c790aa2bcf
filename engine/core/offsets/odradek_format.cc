#include "engine/core/offsets/odradek_format.h"

#include "odradek/contract.h"

#include "engine/core/offsets/checksum.h"
#include "engine/core/offsets/class_codec.h"
#include "engine/core/offsets/entropy_codec.h"
#include "engine/core/offsets/metadata_text.h"
#include "engine/core/offsets/zstd_codec.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace odradek {

namespace {

constexpr std::int64_t mark_units = 2;  // mark and version
constexpr std::int64_t checksum_bytes = 4;
constexpr std::int64_t codec_bytes = 1;
constexpr std::int64_t fingerprint_bytes = 4;
constexpr unsigned fingerprint_flag = 0x10;

std::int64_t header_bytes(bool has_fingerprint) {
    return checksum_bytes + codec_bytes + (has_fingerprint ? fingerprint_bytes : 0);
}

/// Of everything after the checksum, and of the offset that the map is relative to.
std::uint32_t checksum_of(std::span<const std::uint8_t> content, Offset committed) {
    ByteBuffer base;
    append_big_endian(base, static_cast<std::uint64_t>(committed.value()));
    return crc32c(content, crc32c(base));
}

/// Below this size of a body zstd has nothing to win: its frame and block headers take 5 bytes.
constexpr std::size_t zstd_worth_from = 12;
constexpr std::int64_t zstd_always_bits = 262'144;
constexpr std::size_t few_pairs = 1'024;
constexpr std::int64_t zstd_sparse_bits = 16'777'216;  // quick where few bits change
constexpr std::size_t zstd_always_pairs = 8'192;
constexpr std::size_t many_pairs = 16'384;  // from here on a sample of the places is enough

/// Whether stretches of runs come back, so that zstd may win. Looks for stretches of `window`
/// pairs, seen before among the last few thousand; a sixteenth of them must come back.
bool seems_repetitive(std::span<const RunPair> runs, std::size_t window) {
    std::array<std::size_t, 4'096> last{};
    std::size_t looked_at = 0;
    std::size_t repeated = 0;
    for (std::size_t at = 1; at + window <= runs.size(); ++at) {
        const bool is_kept = at % 16 == 0;
        if (!is_kept && runs.size() > many_pairs && at / 64 % 8 != 0) continue;
        std::uint64_t hash = 0;
        for (const RunPair& run : runs.subspan(at, window)) {
            hash = (hash ^ static_cast<std::uint64_t>(run.open * 0x10001 + run.done)) *
                   0x9E3779B97F4A7C15U;
        }
        std::size_t& seen = last.at(hash >> 52U);
        if (seen != 0) {
            const auto before = runs.subspan(seen, window);
            repeated += std::ranges::equal(before, runs.subspan(at, window)) ? 1U : 0U;
        }
        ++looked_at;
        if (is_kept) seen = at;
    }
    return repeated * 16 > looked_at;
}

/// Pairs of runs that hold about 40 bits, by the size of the best body so far: as many do not come
/// back by chance.
std::size_t window_of(std::size_t pairs, std::size_t body_bytes) {
    return std::clamp<std::size_t>(40 * pairs / (8 * body_bytes + 1) + 1, 2, 64);
}

void offer(Body& best, BodyCodec codec, ByteBuffer bytes) {
    if (bytes.size() < best.bytes.size()) best = {.codec = codec, .bytes = std::move(bytes)};
}

std::int64_t longest_of(std::span<const RunPair> runs) {
    std::int64_t longest = 0;
    for (const RunPair& run : runs) {
        longest = std::max({longest, run.open, run.done});
    }
    return longest;
}

/// Of a few runs nothing is left to model: the plain layouts, without any header.
void try_plain(std::span<const RunPair> runs, const RunCounts& counts, Body& best) {
    const auto size = static_cast<std::int64_t>(best.bytes.size());
    if ((counts.open + counts.done + 7) / 8 < size) {
        offer(best, BodyCodec::bits, bits_of_runs(runs));
    }
    if (4 * counts.pairs >= size) return;
    const std::int64_t longest = longest_of(runs);
    if (longest <= run_max(RunWidth::two_bytes)) {
        offer(best, BodyCodec::runs_16, bytes_of_runs(runs, RunWidth::two_bytes));
    } else if (longest <= run_max(RunWidth::four_bytes)) {
        offer(best, BodyCodec::runs_32, bytes_of_runs(runs, RunWidth::four_bytes));
    }
}

void try_zstd(std::span<const RunPair> runs, const RunCounts& counts, Body& best) {
    if (best.bytes.size() < zstd_worth_from) return;
    const std::int64_t bits_max = runs.size() <= few_pairs ? zstd_sparse_bits : zstd_always_bits;
    const bool has_few_bits = counts.open + counts.done <= bits_max;
    const bool has_few_pairs = runs.size() <= zstd_always_pairs;
    const bool repeats = (!has_few_bits || !has_few_pairs) &&
                         seems_repetitive(runs, window_of(runs.size(), best.bytes.size()));
    const bool fits_plain =
        counts.open + counts.done <= static_cast<std::int64_t>(8 * plain_bytes_max);
    if (fits_plain && (has_few_bits || repeats)) {
        offer(best, BodyCodec::zstd_bits, compress(bits_of_runs(runs), Frame::without_magic));
    }
    if (!has_few_pairs && !repeats) return;
    const std::int64_t longest = longest_of(runs);
    const auto offer_runs = [&](BodyCodec codec, RunWidth width) {
        const std::size_t run_bytes = runs.size() * 2 * static_cast<std::size_t>(width);
        if (longest > run_max(width) || run_bytes > plain_bytes_max) return;
        offer(best, codec, compress(bytes_of_runs(runs, width), Frame::without_magic));
    };
    offer_runs(BodyCodec::zstd_runs_16, RunWidth::two_bytes);
    // Four bytes help zstd now and then where two would do: it finds the borders of runs by them.
    if (runs.size() <= few_pairs || longest > run_max(RunWidth::two_bytes)) {
        offer_runs(BodyCodec::zstd_runs_32, RunWidth::four_bytes);
    }
}

std::int64_t class_bytes(std::span<const RunPair> runs, Places places) {
    const double rounding = class_rounding_bits(static_cast<std::int64_t>(runs.size()));
    return static_cast<std::int64_t>((class_bits(runs, places) + rounding) / 8) + 1;
}

DecodedRuns decode_zstd(BodyCodec codec, std::span<const std::uint8_t> bytes) {
    const auto content = decompress(bytes, Frame::without_magic, plain_bytes_max);
    if (!content) return std::unexpected(content.error());
    if (codec == BodyCodec::zstd_bits) return runs_of_bits(*content);
    const bool is_short = codec == BodyCodec::zstd_runs_16;
    return runs_of_bytes(*content, is_short ? RunWidth::two_bytes : RunWidth::four_bytes);
}

DecodedRuns decode_plain_runs(std::span<const std::uint8_t> bytes, RunWidth width) {
    // The digits may have had room for one byte more.
    const std::size_t slack = bytes.size() % (2 * static_cast<std::size_t>(width));
    if (slack == 1 && bytes.back() == 0) bytes = bytes.first(bytes.size() - 1);
    return runs_of_bytes(bytes, width);
}

DecodedRuns decode_body(BodyCodec codec, std::span<const std::uint8_t> bytes) {
    switch (codec) {
        case BodyCodec::none:
            return {};
        case BodyCodec::entropy:
            return decode_entropy(bytes);
        case BodyCodec::classes:
            return decode_classes(bytes, Places::plain);
        case BodyCodec::classes_tight:
            return decode_classes(bytes, Places::tight);
        case BodyCodec::zstd_bits:
        case BodyCodec::zstd_runs_16:
        case BodyCodec::zstd_runs_32:
            return decode_zstd(codec, bytes);
        case BodyCodec::bits:
            return runs_of_bits(bytes);
        case BodyCodec::runs_16:
            return decode_plain_runs(bytes, RunWidth::two_bytes);
        case BodyCodec::runs_32:
            return decode_plain_runs(bytes, RunWidth::four_bytes);
    }
    return std::unexpected(BodyError{0, "unknown codec"});
}

std::unexpected<DecodeError> failure(DecodeErrc code, std::size_t position, const char* reason) {
    return std::unexpected(DecodeError{.code = code, .position = position, .reason = reason});
}

}  // namespace

std::string_view name_of(BodyCodec codec) {
    switch (codec) {
        case BodyCodec::none:
            return "none";
        case BodyCodec::entropy:
            return "entropy";
        case BodyCodec::classes:
            return "classes";
        case BodyCodec::classes_tight:
            return "classes_tight";
        case BodyCodec::zstd_bits:
            return "zstd_bits";
        case BodyCodec::zstd_runs_16:
            return "zstd_runs_16";
        case BodyCodec::zstd_runs_32:
            return "zstd_runs_32";
        case BodyCodec::bits:
            return "bits";
        case BodyCodec::runs_16:
            return "runs_16";
        case BodyCodec::runs_32:
            return "runs_32";
    }
    return "unknown";
}

std::int64_t odradek_units(std::int64_t body_bytes, bool has_fingerprint) {
    return mark_units + units_of_bytes(header_bytes(has_fingerprint) + body_bytes);
}

std::int64_t odradek_body_bytes_max(std::int64_t units, bool has_fingerprint) {
    if (units <= mark_units) return -1;
    return std::max<std::int64_t>(
        bytes_of_units(units - mark_units) - header_bytes(has_fingerprint), -1
    );
}

Body smallest_body(std::span<const RunPair> runs) {
    if (runs.empty()) return {};
    const RunCounts counts = counts_of(runs);
    const std::int64_t entropy = entropy_bytes_max(counts);
    const std::int64_t plain = class_bytes(runs, Places::plain);
    const std::int64_t tight = class_bytes(runs, Places::tight);
    Body best;
    if (entropy <= std::min(plain, tight)) {
        best.codec = BodyCodec::entropy;
        encode_entropy(runs, best.bytes);
    } else {
        const Places places = plain <= tight ? Places::plain : Places::tight;
        best.codec = places == Places::plain ? BodyCodec::classes : BodyCodec::classes_tight;
        encode_classes(runs, places, best.bytes);
    }
    ensures(static_cast<std::int64_t>(best.bytes.size()) <= std::min({entropy, plain, tight}));
    try_plain(runs, counts, best);
    try_zstd(runs, counts, best);
    return best;
}

std::string encode_odradek(const OffsetMap& map, std::optional<Fingerprint> fingerprint) {
    expects(is_valid(map));
    const Body body = smallest_body(runs_of(map));
    ByteBuffer payload(checksum_bytes);
    const auto codec = std::to_underlying(body.codec);
    payload.push_back(static_cast<std::uint8_t>(codec | (fingerprint ? fingerprint_flag : 0U)));
    if (fingerprint) append_big_endian(payload, fingerprint->value());
    payload.insert(payload.end(), body.bytes.begin(), body.bytes.end());
    // The digits may have room for one byte more: it is there when the text is read, so it counts.
    const auto size = static_cast<std::int64_t>(payload.size());
    payload.resize(static_cast<std::size_t>(bytes_of_units(units_of_bytes(size))));
    const std::span<const std::uint8_t> content = std::span{payload}.subspan(checksum_bytes);
    ByteBuffer checksum;
    append_big_endian(checksum, checksum_of(content, map.next_to_read));
    std::ranges::copy(checksum, payload.begin());
    return std::string(odradek_mark) + odradek_version + text_of_bytes(payload);
}

std::expected<Decoded, DecodeError> decode_odradek(std::string_view text, Offset committed) {
    expects(has_odradek_mark(text));
    const std::size_t begin = odradek_mark.size() + 1;
    if (text.size() < begin) return failure(DecodeErrc::damaged, text.size(), "no version");
    if (text[begin - 1] != odradek_version) {
        return failure(DecodeErrc::unsupported, begin - 1, "made by another version of the format");
    }
    const auto payload = bytes_of_text(text.substr(begin));
    if (!payload) return failure(DecodeErrc::damaged, begin, "a character that is no digit");
    ByteReader reader{*payload};
    const auto checksum = reader.take_big_endian<std::uint32_t>();
    const auto codec = checksum ? reader.take_big_endian<std::uint8_t>() : std::nullopt;
    if (!codec) return failure(DecodeErrc::damaged, text.size(), "cut in the header");
    if (checksum_of(std::span{*payload}.subspan(checksum_bytes), committed) != *checksum) {
        return failure(
            DecodeErrc::damaged, begin, "checksum: damaged, cut, or made for another offset"
        );
    }
    Decoded decoded{
        .map = {.next_to_read = committed, .completed = {}}, .format = MapFormat::odradek};
    if ((*codec & fingerprint_flag) != 0) {
        const auto fingerprint = reader.take_big_endian<std::uint32_t>();
        if (!fingerprint) return failure(DecodeErrc::damaged, text.size(), "cut in the header");
        decoded.fingerprint = Fingerprint{*fingerprint};
    }
    const unsigned id = *codec & ~fingerprint_flag;
    if (id > std::to_underlying(BodyCodec::runs_32)) {
        return failure(DecodeErrc::unsupported, begin, "a body codec that this version lacks");
    }
    const auto body_codec = static_cast<BodyCodec>(id);
    const DecodedRuns runs = decode_body(body_codec, reader.rest());
    if (!runs) return failure(DecodeErrc::damaged, runs.error().position, runs.error().reason);
    decoded.codec = name_of(body_codec);
    decoded.map = map_of(committed, *runs);
    ensures(is_valid(decoded.map));
    return decoded;
}

}  // namespace odradek
