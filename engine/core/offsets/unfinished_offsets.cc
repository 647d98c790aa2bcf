#include "engine/core/offsets/unfinished_offsets.h"

#include "odradek/contract.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace odradek {

namespace {

constexpr std::size_t not_found = static_cast<std::size_t>(-1);

constexpr std::size_t word_of(std::int64_t within) {
    return static_cast<std::size_t>(within) / 64;
}
constexpr std::uint64_t bit_of(std::int64_t within) {
    return std::uint64_t{1} << (static_cast<std::uint64_t>(within) % 64);
}

}  // namespace

std::size_t UnfinishedOffsets::find(std::int64_t number) const {
    if (last_touched_ < blocks_.size() && blocks_[last_touched_].number == number) {
        return last_touched_;
    }
    const auto at = std::ranges::lower_bound(blocks_, number, {}, &Block::number);
    if (at == blocks_.end() || at->number != number) return not_found;
    last_touched_ = static_cast<std::size_t>(at - blocks_.begin());
    return last_touched_;
}

void UnfinishedOffsets::add(Offset offset) {
    expects(offset.value() >= 0);
    const std::int64_t number = offset.value() / block_size;
    const std::int64_t within = offset.value() % block_size;
    if (blocks_.empty() || blocks_.back().number != number) {
        expects(blocks_.empty() || blocks_.back().number < number);
        blocks_.push_back({number, spare_ ? std::move(spare_) : std::make_unique<Bits>()});
    }
    Bits& bits = *blocks_.back().bits;
    std::uint64_t& word = bits.words[word_of(within)];
    expects(word < bit_of(within));  // above all in this word, so it is new as well
    word |= bit_of(within);
    ++bits.count;
}

bool UnfinishedOffsets::remove(Offset offset) {
    const std::size_t at = find(offset.value() / block_size);
    if (at == not_found) return false;
    const std::int64_t within = offset.value() % block_size;
    Bits& bits = *blocks_[at].bits;
    std::uint64_t& word = bits.words[word_of(within)];
    if ((word & bit_of(within)) == 0) return false;
    word &= ~bit_of(within);
    if (--bits.count == 0) drop_block(at);
    return true;
}

void UnfinishedOffsets::drop_block(std::size_t at) {
    if (!spare_) {
        spare_ = std::move(blocks_[at].bits);  // all bits are clear again
    }
    blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(at));
}

bool UnfinishedOffsets::contains(Offset offset) const {
    const std::size_t at = find(offset.value() / block_size);
    if (at == not_found) return false;
    const std::int64_t within = offset.value() % block_size;
    return (blocks_[at].bits->words[word_of(within)] & bit_of(within)) != 0;
}

std::size_t UnfinishedOffsets::size() const {
    std::size_t count = 0;
    for (const Block& block : blocks_) {
        count += block.bits->count;
    }
    return count;
}

std::optional<Offset> UnfinishedOffsets::first() const {
    if (blocks_.empty()) return std::nullopt;
    const Block& block = blocks_.front();
    for (std::size_t word = 0; word < block.bits->words.size(); ++word) {
        const std::uint64_t value = block.bits->words[word];
        if (value != 0) {
            return Offset{
                block.number * block_size + static_cast<std::int64_t>(word) * 64 +
                std::countr_zero(value)};
        }
    }
    ensures(false);  // a block without a bit does not exist
    return std::nullopt;
}

void UnfinishedOffsets::append_gaps(OffsetRange range, std::vector<OffsetRange>& gaps) const {
    Offset gap_begin = range.begin;
    const auto close_gap = [&](Offset unfinished) {
        if (gap_begin < unfinished) gaps.push_back({gap_begin, std::min(unfinished, range.end)});
        gap_begin = next(unfinished);
    };
    const auto from =
        std::ranges::lower_bound(blocks_, range.begin.value() / block_size, {}, &Block::number);
    for (auto block = from; block != blocks_.end(); ++block) {
        const std::int64_t base = block->number * block_size;
        if (base >= range.end.value()) break;
        for (std::size_t word = 0; word < block->bits->words.size(); ++word) {
            std::uint64_t value = block->bits->words[word];
            while (value != 0) {
                const Offset unfinished{
                    base + static_cast<std::int64_t>(word) * 64 + std::countr_zero(value)};
                value &= value - 1;
                if (unfinished >= range.end) break;
                if (unfinished >= range.begin) close_gap(unfinished);
            }
        }
    }
    if (gap_begin < range.end) gaps.push_back({gap_begin, range.end});
}

}  // namespace odradek
