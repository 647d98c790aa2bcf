#pragma once

#include "odradek/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace odradek {

/// Offsets that were taken and are not finished, as bits in blocks of 4,096 offsets.
///
/// Only blocks that hold an unfinished offset exist, so a span of ten million finished offsets
/// above one that is stuck costs nothing, and neither does a compaction hole.
///
///   block 7          block 9                 block 2441
///   ··1·····1···     1111111111111111···     ·····1
///     └ first()                                   └ nothing above is unfinished
class UnfinishedOffsets {
public:
    /// Adds an offset above all that were ever added.
    void add(Offset offset);

    /// Removes `offset`; false if it is not there. O(log blocks), O(1) near the last one touched.
    bool remove(Offset offset);

    [[nodiscard]] bool contains(Offset offset) const;
    [[nodiscard]] bool is_empty() const { return blocks_.empty(); }
    [[nodiscard]] std::size_t size() const;

    /// Lowest unfinished offset.
    [[nodiscard]] std::optional<Offset> first() const;

    /// Appends the ranges of [begin, end) in which nothing is unfinished, in order, not adjacent.
    void append_gaps(OffsetRange range, std::vector<OffsetRange>& gaps) const;

private:
    static constexpr std::int64_t block_size = 4096;

    struct Bits {
        std::array<std::uint64_t, block_size / 64> words{};
        std::uint32_t count = 0;
    };
    struct Block {
        std::int64_t number = 0;  ///< offset / block_size
        std::unique_ptr<Bits> bits;
    };

    [[nodiscard]] std::size_t find(std::int64_t number) const;
    void drop_block(std::size_t at);

    std::vector<Block> blocks_;  // by number; none without a bit
    std::unique_ptr<Bits> spare_;
    mutable std::size_t last_touched_ = 0;
};

}  // namespace odradek
