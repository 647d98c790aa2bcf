#pragma once

#include "engine/core/offsets/body.h"

#include <array>
#include <cstddef>
#include <span>

namespace odradek {

/// The body codec "classes": lengths of runs by how often each class of length occurs. Made for
/// maps whose runs are not of one kind (bursts, long tails) or repeat exactly.
///
/// Lengths 1 … 16 are a class each; above, each power of two holds two classes, and the place
/// inside the class follows in plain bits. `classes_tight` also says, for each class above 16, the
/// smallest place and the width that its lengths really use: nothing is left to say where all are
/// equal.

inline constexpr std::size_t length_classes_max = 88;  ///< enough for map_offsets_max

struct LengthClass {
    std::size_t index;
    unsigned place_bits;
    std::uint64_t place;  ///< < 2^place_bits
};

/// Class of a length ≥ 1.
[[nodiscard]] LengthClass class_of(std::int64_t length);

/// Shortest length of a class.
[[nodiscard]] std::int64_t class_begin(std::size_t index);

/// How often each class occurs in the runs of one state; what the size of the body depends on.
/// Adding and removing are O(1).
class ClassCounts {
public:
    void add(std::int64_t length);
    void remove(std::int64_t length);

    [[nodiscard]] std::int64_t count(std::size_t index) const { return counts_[index]; }

    /// One above the highest class in use.
    [[nodiscard]] std::size_t used() const;

    /// Size of these runs' table, classes and places in "classes", in bits. O(classes in use).
    [[nodiscard]] double bits() const;

    /// Size of the table alone, in bits.
    [[nodiscard]] std::int64_t table_bits() const;

    friend bool operator==(const ClassCounts&, const ClassCounts&) = default;

private:
    std::array<std::int64_t, length_classes_max> counts_{};
    std::int64_t total_ = 0;
    std::int64_t place_bits_ = 0;
};

/// Upper bound of the size of encode_classes(…, Places::plain) in bytes.
[[nodiscard]] std::int64_t class_bytes_max(const ClassCounts& open, const ClassCounts& done);

/// The bits that range coding may cost above ClassCounts::bits() for so many pairs of runs.
[[nodiscard]] double class_rounding_bits(std::int64_t pairs);

enum class Places { plain, tight };

/// Size of the body without what range coding adds, in bits.
[[nodiscard]] double class_bits(std::span<const RunPair> runs, Places places);

/// Appends the body. `runs` is not empty; its sum ≤ map_offsets_max, its size ≤ map_ranges_max.
void encode_classes(std::span<const RunPair> runs, Places places, ByteBuffer& bytes);

/// Reads it, zeros after the end included. Error: a table without runs or with different numbers of
/// open and done runs, too many runs, lengths beyond map_offsets_max.
[[nodiscard]] DecodedRuns decode_classes(std::span<const std::uint8_t> bytes, Places places);

}  // namespace odradek
