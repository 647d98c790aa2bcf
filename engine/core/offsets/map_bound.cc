#include "engine/core/offsets/map_bound.h"

#include "engine/core/offsets/class_codec.h"
#include "engine/core/offsets/confluent_format.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace odradek {

namespace {

constexpr std::int64_t short_run_max = 0x7FFF;
constexpr double bits_of_e = 1.4426950408889634;

/// total · H(part / total).
double entropy_of(double total, double part) {
    if (part <= 0 || part >= total) return 0;
    return part * std::log2(total / part) - (total - part) * std::log1p(-part / total) * bits_of_e;
}

/// Largest entropy_bits() for so many open and done offsets and at most so many ranges. Over real
/// numbers: concave in the three of them together, and not below any integer's.
double peak_bits(double open, double done, double pairs_max) {
    const double pairs = std::min(pairs_max, open * done / (open + done));
    return entropy_of(open, pairs) + entropy_of(done, pairs);
}

std::int64_t varint_upto(std::int64_t value) {
    return varint_bytes(static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)));
}

/// Bytes around `bits`: rounding and end as in entropy_bytes_max(), and the largest header.
std::int64_t bytes_for(double bits, const MapOutlook& outlook) {
    const std::int64_t pairs = outlook.now.pairs + outlook.records;
    const std::int64_t header = varint_upto(pairs) +
                                varint_upto(outlook.covered - outlook.now.done) +
                                varint_upto(outlook.covered);
    if (pairs <= 1) return header;
    const double rounding = bits / 4'096 + static_cast<double>(pairs) * 2 / 16'384;
    return header + static_cast<std::int64_t>((bits + rounding) / 8) + 2;
}

/// Bits that one more run may add to "classes": its class among `pairs` others, its place, its
/// count in the table.
double added_run_bits(std::int64_t pairs, std::int64_t length_max) {
    const std::int64_t length = std::clamp<std::int64_t>(length_max, 1, map_offsets_max);
    return std::log2(static_cast<double>(pairs) + 1) + bits_of_e + 2 + class_of(length).place_bits;
}

}  // namespace

std::int64_t rough_entropy_bytes(const MapOutlook& outlook) {
    // Each count at its own largest, as if none excluded another.
    const std::int64_t open = std::max<std::int64_t>(1, outlook.covered - outlook.now.done);
    const std::int64_t done = std::max<std::int64_t>(1, outlook.now.done + outlook.offsets);
    const std::int64_t pairs = outlook.now.pairs + outlook.records;
    return bytes_for(
        peak_bits(static_cast<double>(open), static_cast<double>(done), static_cast<double>(pairs)),
        outlook
    );
}

std::int64_t worst_entropy_bytes(const MapOutlook& outlook) {
    const auto open_now = static_cast<double>(outlook.covered - outlook.now.done);
    const auto done_now = static_cast<double>(outlook.now.done + outlook.offsets - outlook.records);
    const auto bits_after = [&](std::int64_t finished) {
        const auto more = static_cast<double>(finished);
        return peak_bits(
            std::max(1.0, open_now - more),
            std::max(1.0, done_now + more),
            static_cast<double>(outlook.now.pairs) + more
        );
    };
    // Concave in the number of finished records: the peak is where the next one adds nothing.
    std::int64_t low = 0;
    std::int64_t high = outlook.records;
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        if (bits_after(middle + 1) > bits_after(middle)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return bytes_for(std::max(bits_after(low), bits_after(outlook.records)), outlook);
}

std::int64_t worst_class_bytes(const MapOutlook& outlook) {
    // Each finished record splits an open run (two open runs and a done one come) or lengthens a
    // done one (one of each comes). What goes makes the body shorter only.
    const std::int64_t pairs = outlook.now.pairs + outlook.records;
    const std::int64_t widest = outlook.offsets - outlook.records + 1;  // one record's done run
    const double open_run = added_run_bits(pairs, outlook.covered - outlook.now.done);
    const double splitting = 2 * open_run + added_run_bits(pairs, widest);
    const double lengthening = open_run + added_run_bits(pairs, outlook.covered);
    // next_to_read shortens the first open run once more; the tables may grow to longer lengths.
    const std::size_t longest = class_of(std::min(outlook.covered, map_offsets_max)).index;
    const double tables = 2 * static_cast<double>(longest + 1) + 32;
    const double bits = outlook.class_bits + open_run + tables + class_rounding_bits(pairs) +
                        static_cast<double>(outlook.records) * std::max(splitting, lengthening);
    return static_cast<std::int64_t>(bits / 8) + 1;
}

std::int64_t worst_confluent_units(const MapOutlook& outlook) {
    // A done run may become as long as everything: two bytes a run only if they hold that.
    const bool may_be_long = outlook.covered > short_run_max;
    const ConfluentCounts counts{
        .offsets = outlook.covered,
        .pairs = outlook.now.pairs + outlook.records,
        .longest_run = may_be_long ? outlook.covered : short_run_max};
    return confluent_units(counts).value_or(std::numeric_limits<std::int64_t>::max());
}

}  // namespace odradek
