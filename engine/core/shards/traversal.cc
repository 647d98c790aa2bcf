#include "engine/core/shards/traversal.h"

#include "odradek/contract.h"

#include <utility>

namespace odradek {

void Traversal::add(Slot shard) {
    Shard& entry = shards_[shard];
    if (entry.is_ready) return;
    expects(entry.can_start());
    entry.is_ready = true;
    entry.next_ready = no_slot;
    if (keeps_times_) {
        if (shard >= ready_since_.size()) ready_since_.resize(shard + 1);
        ready_since_[shard] = now_;
    }
    const std::uint32_t partition = entry.partition.value();
    if (partition >= turns_.size()) turns_.resize(partition + 1);
    Turn& turn = turns_[partition];
    if (turn.head == no_slot) {
        turn.head = shard;
        turn.tail = shard;
        append_turn(partition);
        return;
    }
    shards_[turn.tail].next_ready = shard;
    turn.tail = shard;
}

Slot Traversal::take() {
    if (first_ == no_partition) return no_slot;
    const std::uint32_t partition = first_;
    Turn& turn = turns_[partition];
    const Slot shard = turn.head;
    turn.head = shards_[shard].next_ready;
    shards_[shard].next_ready = no_slot;
    shards_[shard].is_ready = false;
    unlink_turn(partition);
    if (turn.head == no_slot) {
        turn.tail = no_slot;
    } else {
        append_turn(partition);
    }
    return shard;
}

void Traversal::pass_turn() {
    const std::uint32_t partition = first_;
    unlink_turn(partition);
    append_turn(partition);
}

Slot Traversal::front(PartitionIndex partition) const {
    return partition.value() < turns_.size() ? turns_[partition.value()].head : no_slot;
}

void Traversal::pop(PartitionIndex partition) {
    Turn& turn = turns_[partition.value()];
    const Slot shard = turn.head;
    turn.head = std::exchange(shards_[shard].next_ready, no_slot);
    shards_[shard].is_ready = false;
    if (turn.head != no_slot) return;
    turn.tail = no_slot;
    unlink_turn(partition.value());
}

void Traversal::set_time(Instant now) {
    keeps_times_ = true;
    now_ = now;
}

void Traversal::remove_partition(PartitionIndex partition) {
    if (partition.value() >= turns_.size()) return;
    Turn& turn = turns_[partition.value()];
    if (turn.head == no_slot) return;
    for (Slot shard = turn.head; shard != no_slot;) {
        const Slot after = shards_[shard].next_ready;
        shards_[shard].is_ready = false;
        shards_[shard].next_ready = no_slot;
        shard = after;
    }
    unlink_turn(partition.value());
    turn = Turn{};
}

void Traversal::append_turn(std::uint32_t partition) {
    Turn& turn = turns_[partition];
    turn.before = last_;
    turn.next = no_partition;
    if (last_ == no_partition) {
        first_ = partition;
    } else {
        turns_[last_].next = partition;
    }
    last_ = partition;
    ++turn_count_;
}

void Traversal::unlink_turn(std::uint32_t partition) {
    --turn_count_;
    const Turn& turn = turns_[partition];
    if (turn.before == no_partition) {
        first_ = turn.next;
    } else {
        turns_[turn.before].next = turn.next;
    }
    if (turn.next == no_partition) {
        last_ = turn.before;
    } else {
        turns_[turn.next].before = turn.before;
    }
}

}  // namespace odradek
