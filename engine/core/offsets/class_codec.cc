#include "engine/core/offsets/class_codec.h"

#include "odradek/contract.h"

#include "engine/core/offsets/range_coder.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace odradek {

namespace {

constexpr std::size_t single_classes = 16;  // lengths with a class of their own

/// Bits of put_count().
std::int64_t count_bits(std::int64_t value) {
    return 2 * static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(value) + 1)) - 1;
}

/// Elias' gamma code of value + 1: as many ones as the number has bits after its first, a zero, and
/// these bits.
void put_count(RangeEncoder& encoder, std::uint64_t value) {
    const auto tail = static_cast<unsigned>(std::bit_width(value + 1)) - 1;
    for (unsigned bit = 0; bit < tail; ++bit) {
        encoder.put_raw(1, 1);
    }
    encoder.put_raw(0, 1);
    encoder.put_raw((value + 1) & ((std::uint64_t{1} << tail) - 1), tail);
}

/// Clamped to 2^40 when the bytes claim more.
std::uint64_t take_count(RangeDecoder& decoder) {
    unsigned tail = 0;
    while (tail < 40 && decoder.take_raw(1) == 1) {
        ++tail;
    }
    return (std::uint64_t{1} << tail) + decoder.take_raw(tail) - 1;
}

unsigned place_bits_of(std::size_t index) {
    return index < single_classes ? 0 : static_cast<unsigned>((index - single_classes) / 2 + 3);
}

/// Which places of its class the lengths use: `first` + 0 … 2^bits − 1.
struct PlaceRange {
    std::uint64_t first = 0;
    unsigned bits = 0;
};

/// Table and code of the runs of one state.
struct ClassTable {
    std::array<std::uint32_t, length_classes_max> counts{};
    std::array<std::uint32_t, length_classes_max + 1> begins{};
    std::array<PlaceRange, length_classes_max> places{};
    std::size_t used = 0;

    [[nodiscard]] std::uint32_t total() const { return begins[used]; }

    void sum_up() { std::partial_sum(counts.begin(), counts.end(), begins.begin() + 1); }
};

template <typename Length>
ClassTable table_of(std::span<const RunPair> runs, Places places, Length length_of) {
    ClassTable table;
    std::array<std::uint64_t, length_classes_max> lowest{};
    std::array<std::uint64_t, length_classes_max> highest{};
    lowest.fill(~std::uint64_t{0});
    for (const RunPair& run : runs) {
        const LengthClass found = class_of(length_of(run));
        ++table.counts.at(found.index);
        lowest[found.index] = std::min(lowest[found.index], found.place);
        highest[found.index] = std::max(highest[found.index], found.place);
        table.used = std::max(table.used, found.index + 1);
    }
    for (std::size_t index = 0; index < table.used; ++index) {
        const unsigned plain_bits = place_bits_of(index);
        table.places[index].bits = plain_bits;
        if (places == Places::plain || table.counts[index] == 0) continue;
        const auto bits = static_cast<unsigned>(std::bit_width(highest[index] - lowest[index]));
        if (bits < plain_bits) table.places[index] = {.first = lowest[index], .bits = bits};
    }
    table.sum_up();
    return table;
}

ClassTable open_table(std::span<const RunPair> runs, Places places) {
    return table_of(runs, places, [](const RunPair& run) { return run.open; });
}

ClassTable done_table(std::span<const RunPair> runs, Places places) {
    return table_of(runs, places, [](const RunPair& run) { return run.done; });
}

/// Bits of the table and of all lengths coded with it.
double table_cost(const ClassTable& table, Places places) {
    const auto total = static_cast<double>(table.total());
    auto bits = static_cast<double>(count_bits(static_cast<std::int64_t>(table.used) - 1));
    for (std::size_t index = 0; index < table.used; ++index) {
        bits += static_cast<double>(count_bits(table.counts[index]));
        if (table.counts[index] == 0) continue;
        const auto part = static_cast<double>(table.counts[index]);
        bits += part * (std::log2(total / part) + table.places[index].bits);
        const unsigned plain_bits = place_bits_of(index);
        if (places == Places::plain || plain_bits == 0) continue;
        bits += std::log2(plain_bits + 1.0) + plain_bits;
    }
    return bits;
}

void put_table(RangeEncoder& encoder, const ClassTable& table, Places places) {
    put_count(encoder, table.used - 1);
    for (std::size_t index = 0; index < table.used; ++index) {
        put_count(encoder, table.counts[index]);
        const unsigned plain_bits = place_bits_of(index);
        if (places == Places::plain || table.counts[index] == 0 || plain_bits == 0) continue;
        encoder.put(table.places[index].bits, 1, plain_bits + 1);
        if (table.places[index].bits < plain_bits) {
            encoder.put_raw(table.places[index].first, plain_bits);
        }
    }
}

/// Without any class in use when the bytes make no table.
ClassTable take_table(RangeDecoder& decoder, Places places) {
    ClassTable table;
    const std::uint64_t used = take_count(decoder) + 1;
    if (used > length_classes_max) return table;
    std::uint64_t total = 0;
    for (std::size_t index = 0; index < used; ++index) {
        const std::uint64_t count = take_count(decoder);
        total += count;
        if (total > static_cast<std::uint64_t>(map_ranges_max)) return table;
        table.counts[index] = static_cast<std::uint32_t>(count);
        const unsigned plain_bits = place_bits_of(index);
        table.places[index].bits = plain_bits;
        if (places == Places::plain || count == 0 || plain_bits == 0) continue;
        const std::uint32_t bits = decoder.peek(plain_bits + 1);
        decoder.skip(bits, 1);
        table.places[index].bits = bits;
        if (bits < plain_bits) table.places[index].first = decoder.take_raw(plain_bits);
    }
    table.sum_up();
    table.used = used;
    return table;
}

void put_length(RangeEncoder& encoder, const ClassTable& table, std::int64_t length) {
    const LengthClass found = class_of(length);
    encoder.put(table.begins[found.index], table.counts[found.index], table.total());
    const PlaceRange& places = table.places[found.index];
    encoder.put_raw(found.place - places.first, places.bits);
}

std::int64_t take_length(RangeDecoder& decoder, const ClassTable& table) {
    const std::uint32_t part = decoder.peek(table.total());
    const auto above = std::upper_bound(
        table.begins.begin(), table.begins.begin() + static_cast<std::ptrdiff_t>(table.used), part
    );
    const auto index = static_cast<std::size_t>(above - table.begins.begin()) - 1;
    decoder.skip(table.begins[index], table.counts[index]);
    const PlaceRange& places = table.places[index];
    return class_begin(index) +
           static_cast<std::int64_t>(places.first + decoder.take_raw(places.bits));
}

}  // namespace

LengthClass class_of(std::int64_t length) {
    expects(length >= 1 && length <= map_offsets_max);
    const auto above = static_cast<std::uint64_t>(length - 1);
    if (above < single_classes) return {.index = above, .place_bits = 0, .place = 0};
    const auto place_bits = static_cast<unsigned>(std::bit_width(above)) - 2;
    const std::size_t half = (above >> place_bits) & 1U;
    return {
        .index = single_classes + 2 * std::size_t{place_bits - 3} + half,
        .place_bits = place_bits,
        .place = above & ((std::uint64_t{1} << place_bits) - 1)};
}

std::int64_t class_begin(std::size_t index) {
    if (index < single_classes) return static_cast<std::int64_t>(index) + 1;
    const std::uint64_t half = (index - single_classes) & 1U;
    return static_cast<std::int64_t>((2 + half) << place_bits_of(index)) + 1;
}

void ClassCounts::add(std::int64_t length) {
    const LengthClass found = class_of(length);
    ++counts_.at(found.index);
    ++total_;
    place_bits_ += found.place_bits;
}

void ClassCounts::remove(std::int64_t length) {
    const LengthClass found = class_of(length);
    expects(counts_.at(found.index) > 0);
    --counts_.at(found.index);
    --total_;
    place_bits_ -= found.place_bits;
}

std::size_t ClassCounts::used() const {
    std::size_t used = counts_.size();
    while (used > 0 && counts_[used - 1] == 0) {
        --used;
    }
    return used;
}

std::int64_t ClassCounts::table_bits() const {
    const std::size_t used = this->used();
    if (used == 0) return 0;
    std::int64_t bits = count_bits(static_cast<std::int64_t>(used) - 1);
    for (std::size_t index = 0; index < used; ++index) {
        bits += count_bits(counts_[index]);
    }
    return bits;
}

double ClassCounts::bits() const {
    auto bits = static_cast<double>(table_bits() + place_bits_);
    const auto total = static_cast<double>(total_);
    for (const std::int64_t count : counts_) {
        if (count == 0 || count == total_) continue;
        const auto part = static_cast<double>(count);
        bits += part * std::log2(total / part);
    }
    return bits;
}

double class_rounding_bits(std::int64_t pairs) {
    // Of `pairs` parts the coder loses less than pairs · 1.45 / 2^32 bits a class, 2^−15 bits for
    // each step of plain bits (four at the most), and less than two bytes at the end.
    const auto runs = 2 * static_cast<double>(pairs);
    return runs * (static_cast<double>(pairs) * 1.5 / 4'294'967'296.0 + 4.0 / 32'768) + 16;
}

std::int64_t class_bytes_max(const ClassCounts& open, const ClassCounts& done) {
    std::int64_t pairs = 0;
    for (std::size_t index = 0; index < length_classes_max; ++index) {
        pairs += open.count(index);
    }
    return static_cast<std::int64_t>((open.bits() + done.bits() + class_rounding_bits(pairs)) / 8) +
           1;
}

double class_bits(std::span<const RunPair> runs, Places places) {
    return table_cost(open_table(runs, places), places) +
           table_cost(done_table(runs, places), places);
}

void encode_classes(std::span<const RunPair> runs, Places places, ByteBuffer& bytes) {
    expects(!runs.empty() && runs.size() <= static_cast<std::size_t>(map_ranges_max));
    const ClassTable open = open_table(runs, places);
    const ClassTable done = done_table(runs, places);
    RangeEncoder encoder;
    put_table(encoder, open, places);
    put_table(encoder, done, places);
    for (const RunPair& run : runs) {
        put_length(encoder, open, run.open);
        put_length(encoder, done, run.done);
    }
    const ByteBuffer coded = encoder.finish();
    bytes.insert(bytes.end(), coded.begin(), coded.end());
}

DecodedRuns decode_classes(std::span<const std::uint8_t> bytes, Places places) {
    RangeDecoder decoder{bytes};
    const ClassTable open = take_table(decoder, places);
    const ClassTable done = take_table(decoder, places);
    if (open.total() == 0 || open.total() != done.total()) {
        return std::unexpected(BodyError{decoder.position(), "not a table of runs"});
    }
    std::vector<RunPair> runs;
    runs.reserve(std::min<std::size_t>(open.total(), 65'536));
    std::int64_t covered = 0;
    for (std::uint32_t pair = 0; pair < open.total(); ++pair) {
        const std::int64_t open_length = take_length(decoder, open);
        const std::int64_t done_length = take_length(decoder, done);
        covered += open_length + done_length;
        if (covered > map_offsets_max) {
            return std::unexpected(BodyError{decoder.position(), "runs exceed what a map covers"});
        }
        runs.push_back({.open = open_length, .done = done_length});
    }
    return runs;
}

}  // namespace odradek
