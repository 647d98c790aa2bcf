#include "engine/core/offsets/entropy_codec.h"

#include "odradek/contract.h"

#include "engine/core/offsets/range_coder.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace odradek {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t one = std::uint64_t{1} << 63U;  // chances with 63 bits after the point

/// A chance as the coder takes it: never 0, never 1.
BitChance narrowed(std::uint64_t chance) {
    const std::uint64_t rounded = (chance + (std::uint64_t{1} << 46U)) >> 47U;
    return static_cast<BitChance>(std::clamp<std::uint64_t>(rounded, 1, 65'535));
}

/// Lengths of the runs of one state: geometric, each offset goes on with chance (total−runs)/total.
///
/// A length − 1 is cut into blocks of 2^levels offsets, of which a run passes one more with a
/// chance near one half, and the rest below a block into its bits, each with its exact chance:
/// the bit of 2^j is set with c^(2^j) / (1 + c^(2^j)) where c is the chance to go on.
class GeometricRuns {
public:
    GeometricRuns(std::int64_t total, std::int64_t runs) {
        auto goes_on = static_cast<std::uint64_t>(
            Wide{static_cast<std::uint64_t>(total - runs)} * one / static_cast<std::uint64_t>(total)
        );
        while (goes_on > one / 8 * 5 && levels_ < bit_chances_.size()) {
            bit_chances_.at(levels_++) =
                narrowed(static_cast<std::uint64_t>(Wide{goes_on} * one / (Wide{goes_on} + one)));
            goes_on = static_cast<std::uint64_t>(Wide{goes_on} * goes_on / one);
        }
        block_chance_ = narrowed(goes_on);
    }

    void put(RangeEncoder& encoder, std::int64_t length) const {
        auto rest = static_cast<std::uint64_t>(length - 1);
        for (std::uint64_t block = rest >> levels_; block > 0; --block) {
            encoder.put_bit(true, block_chance_);
        }
        encoder.put_bit(false, block_chance_);
        for (std::size_t level = levels_; level-- > 0;) {
            encoder.put_bit(((rest >> level) & 1U) != 0, bit_chances_[level]);
        }
    }

    /// 0 when the run is longer than `length_max` or the bytes have ended long ago.
    [[nodiscard]] std::int64_t take(RangeDecoder& decoder, std::int64_t length_max) const {
        std::uint64_t rest = 0;
        while (decoder.take_bit(block_chance_)) {
            rest += std::uint64_t{1} << levels_;
            if (rest >= static_cast<std::uint64_t>(length_max) ||
                decoder.zeros_read() > dropped_zeros_max) {
                return 0;
            }
        }
        for (std::size_t level = levels_; level-- > 0;) {
            if (decoder.take_bit(bit_chances_[level])) rest += std::uint64_t{1} << level;
        }
        const auto length = static_cast<std::int64_t>(rest + 1);
        return length <= length_max ? length : 0;
    }

private:
    std::array<BitChance, 48> bit_chances_{};
    std::size_t levels_ = 0;
    BitChance block_chance_ = 1;
};

/// total · H(runs / total), in bits.
double entropy_of(std::int64_t total, std::int64_t runs) {
    if (runs <= 0 || runs >= total) return 0;
    const auto whole = static_cast<double>(total);
    const auto part = static_cast<double>(runs);
    // log1p keeps its digits where a few runs meet billions of offsets.
    return part * std::log2(whole / part) -
           (whole - part) * std::log1p(-part / whole) * 1.4426950408889634;
}

}  // namespace

RunCounts counts_of(std::span<const RunPair> runs) {
    RunCounts counts{.open = 0, .done = 0, .pairs = static_cast<std::int64_t>(runs.size())};
    for (const RunPair& run : runs) {
        counts.open += run.open;
        counts.done += run.done;
    }
    return counts;
}

double entropy_bits(const RunCounts& counts) {
    return entropy_of(counts.open, counts.pairs) + entropy_of(counts.done, counts.pairs);
}

std::int64_t entropy_bytes_max(const RunCounts& counts) {
    const std::int64_t header =
        varint_bytes(static_cast<std::uint64_t>(counts.pairs)) +
        varint_bytes(static_cast<std::uint64_t>(counts.open - counts.pairs)) +
        varint_bytes(static_cast<std::uint64_t>(counts.done - counts.pairs));
    if (counts.pairs == 1) return header;
    // Rounding costs a choice less than 2^−14 bits; a run of a bit or more of its own takes fewer
    // than four choices a bit, a shorter run one (range_coder.h). The coder ends within two bytes.
    const double rounding = static_cast<double>(counts.pairs) * 2 / 16'384;
    const double bits = entropy_bits(counts) * (1 + 1.0 / 4'096) + rounding;
    return header + static_cast<std::int64_t>(bits / 8) + 2;
}

void encode_entropy(std::span<const RunPair> runs, ByteBuffer& bytes) {
    const RunCounts counts = counts_of(runs);
    expects(counts.pairs > 0 && counts.pairs <= map_ranges_max);
    expects(counts.open + counts.done <= map_offsets_max);
    append_varint(bytes, static_cast<std::uint64_t>(counts.pairs));
    append_varint(bytes, static_cast<std::uint64_t>(counts.open - counts.pairs));
    append_varint(bytes, static_cast<std::uint64_t>(counts.done - counts.pairs));
    const GeometricRuns open{counts.open, counts.pairs};
    const GeometricRuns done{counts.done, counts.pairs};
    RangeEncoder encoder;
    for (const RunPair& run : runs.first(runs.size() - 1)) {  // the last follows from the counts
        open.put(encoder, run.open);
        done.put(encoder, run.done);
    }
    const ByteBuffer coded = encoder.finish();
    bytes.insert(bytes.end(), coded.begin(), coded.end());
}

DecodedRuns decode_entropy(std::span<const std::uint8_t> bytes) {
    ByteReader reader{bytes};
    const auto pairs = reader.take_varint();
    const auto more_open = reader.take_varint();
    const auto more_done = reader.take_varint();
    if (!pairs || !more_open || !more_done) {
        return std::unexpected(BodyError{reader.position(), "counts end too early"});
    }
    if (*pairs < 1 || *pairs > map_ranges_max || *more_open > map_offsets_max ||
        *more_done > map_offsets_max || 2 * *pairs + *more_open + *more_done > map_offsets_max) {
        return std::unexpected(BodyError{reader.position(), "counts out of bounds"});
    }
    std::int64_t open_left = *pairs + *more_open;
    std::int64_t done_left = *pairs + *more_done;
    const GeometricRuns open{open_left, *pairs};
    const GeometricRuns done{done_left, *pairs};
    const std::size_t header = reader.position();
    RangeDecoder decoder{reader.rest()};
    std::vector<RunPair> runs;
    runs.reserve(static_cast<std::size_t>(std::min<std::int64_t>(*pairs, 65'536)));
    for (std::int64_t after = *pairs - 1; after > 0; --after) {
        // Each run still to come needs one offset of its state.
        const std::int64_t open_length = open.take(decoder, open_left - after);
        const std::int64_t done_length = done.take(decoder, done_left - after);
        if (open_length == 0 || done_length == 0) {
            return std::unexpected(BodyError{header + decoder.position(), "runs exceed the counts"}
            );
        }
        open_left -= open_length;
        done_left -= done_length;
        runs.push_back({.open = open_length, .done = done_length});
    }
    runs.push_back({.open = open_left, .done = done_left});
    return runs;
}

}  // namespace odradek
