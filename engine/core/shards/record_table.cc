#include "engine/core/shards/record_table.h"

#include "odradek/contract.h"

namespace odradek {

Slot RecordTable::add() {
    if (free_head_ == no_slot) {
        expects(records_.size() < no_slot);
        records_.emplace_back();
        records_.back().state = RecordState::waiting;
        return static_cast<Slot>(records_.size() - 1);
    }
    const Slot slot = free_head_;
    LiveRecord& record = records_[slot];
    free_head_ = record.next;
    --free_count_;
    record.next = no_slot;
    record.attempt = 0;
    record.is_counted = false;
    record.abandoned = false;
    record.state = RecordState::waiting;
    return slot;
}

void RecordTable::remove(Slot slot) {
    LiveRecord& record = records_[slot];
    expects(record.state != RecordState::free);
    record.state = RecordState::free;
    record.key = {};
    record.shard = no_slot;
    record.next = free_head_;
    free_head_ = slot;
    ++free_count_;
}

}  // namespace odradek
