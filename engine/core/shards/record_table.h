#pragma once

#include "engine/core/event.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace odradek {

/// Index into a slab; `no_slot` is none.
using Slot = std::uint32_t;
inline constexpr Slot no_slot = 0xFFFFFFFFU;

enum class RecordState : unsigned char {
    free,
    waiting,      ///< in its shard's queue
    handed_out,   ///< with the executor
    deferred,     ///< its handler has returned, its completion token has not ended
    held,         ///< waits for its retry
    dead_letter,  ///< sent to the dead-letter topic, not acknowledged yet
};

/// A record between delivery and settlement.
struct LiveRecord {
    RecordHandle handle;
    Offset offset;
    std::span<const std::byte> key;
    AssignedPartition partition;
    Instant polled_at;
    Slot shard = no_slot;
    Slot next = no_slot;        ///< behind it in its shard's queue
    std::uint32_t use = 0;      ///< counts the hand-overs of this slot: half of the WorkId
    std::uint32_t attempt = 0;  ///< hand-overs of this record
    std::uint32_t bytes = 0;
    RecordState state = RecordState::free;
    bool is_counted = false;  ///< its start was told to the partition's MapRoom
    bool is_slow = false;     ///< has waited for long, and was named for it
    bool abandoned = false;   ///< its assignment ended while it was out; its outcome will not count
};

/// All live records, by slot. O(1), and no allocation once it has grown.
class RecordTable {
public:
    [[nodiscard]] LiveRecord& operator[](Slot slot) { return records_[slot]; }
    [[nodiscard]] const LiveRecord& operator[](Slot slot) const { return records_[slot]; }

    /// A fresh waiting record; its `use` goes on from the slot's last one.
    Slot add();
    void remove(Slot slot);

    [[nodiscard]] WorkId work_id(Slot slot) const {
        return WorkId{(std::uint64_t{records_[slot].use} << 32U) | slot};
    }

    /// The slot of `work` if it is the record's current hand-over, else no_slot.
    [[nodiscard]] Slot find(WorkId work) const {
        const Slot slot = slot_of(work);
        if (slot >= records_.size() || records_[slot].state == RecordState::free) return no_slot;
        return work_id(slot) == work ? slot : no_slot;
    }

    /// Fetches a record into the cache: of a hand-over, whether it is the current one or not.
    void prefetch(WorkId work) const { prefetch(slot_of(work)); }
    void prefetch(Slot slot) const {
        if (slot < records_.size()) __builtin_prefetch(&records_[slot]);
    }

    /// The slot that a hand-over had.
    [[nodiscard]] static Slot slot_of(WorkId work) {
        return static_cast<Slot>(work.value() & 0xFFFFFFFFU);
    }

    [[nodiscard]] std::size_t size() const { return records_.size() - free_count_; }

    /// One past the highest slot ever used, for scans.
    [[nodiscard]] Slot slots_end() const { return static_cast<Slot>(records_.size()); }

private:
    std::vector<LiveRecord> records_;
    Slot free_head_ = no_slot;  // free slots are linked through `next`
    std::size_t free_count_ = 0;
};

}  // namespace odradek
