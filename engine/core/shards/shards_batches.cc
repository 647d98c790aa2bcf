// Batches: what may go into one call of the handler together.

#include "engine/core/shards/shards.h"

#include <algorithm>

namespace odradek {

Instant Shards::batch_due(const BatchRule& rule) const {
    const PartitionIndex partition = ready_.next_turn();
    if (has_ready_records(partition, rule.size_max)) return Instant::min();
    const Slot first = ready_.front(partition);
    const Shard& shard = shards_[first];
    // A queue without order is ready as long as it is not empty: its oldest record counts.
    const bool keeps_order = shard.kind != ShardKind::unordered;
    const Instant since = keeps_order ? ready_.ready_since(first) : records_[shard.head].polled_at;
    return since + rule.latency;
}

// O(wanted): a ready shard has at least one record.
bool Shards::has_ready_records(PartitionIndex partition, std::size_t wanted) const {
    if (waiting(partition) < wanted) return false;
    std::size_t found = 0;
    for (Slot shard = ready_.front(partition); shard != no_slot;
         shard = shards_[shard].next_ready) {
        for (Slot slot = shards_[shard].head; slot != no_slot; slot = records_[slot].next) {
            if (++found >= wanted) return true;
        }
    }
    return false;
}

void Shards::take_batch(const BatchRule& rule, Gate& gate, std::vector<WorkItem>& work) {
    const PartitionIndex partition = ready_.next_turn();
    ready_.pass_turn();
    const std::size_t begin = work.size();
    std::uint32_t limit = rule.size_max;
    const auto has_room_for = [&](Slot slot) {
        return work.size() - begin < std::min(limit, rule.limit_for(records_[slot]));
    };
    for (Slot ready = ready_.front(partition); ready != no_slot; ready = ready_.front(partition)) {
        Shard& shard = shards_[ready];
        if (!has_room_for(shard.head)) break;
        ready_.pop(partition);
        if (is_refused(shard.head, gate)) {
            block(ready);
            continue;
        }
        Load& of_partition = load(partition);
        do {
            limit = std::min(limit, rule.limit_for(records_[shard.head]));
            hand_out(shard.head, of_partition, work);
        } while (shard.head != no_slot && has_room_for(shard.head) && !is_refused(shard.head, gate)
        );
        if (shard.can_start()) ready_.add(ready);  // without order
    }
    if (work.size() == begin) return;
    const auto batch = std::span{work}.subspan(begin);
    std::ranges::sort(batch, {}, &WorkItem::offset);
    const std::uint32_t number = batches_.open();
    for (WorkItem& item : batch) {
        item.is_batch = true;
        item.continues_run = &item != &batch.front();
        batches_.join(records_.find(item.work), number);
    }
    ++runs_;
}

void Shards::stop_lane(Slot slot) {
    Shard& shard = shards_[records_[slot].shard];
    const bool has_others = shard.running > 1 && shard.kind != ShardKind::unordered;
    if (has_others && batches_.holds(slot)) shard.is_stopped = true;
}

}  // namespace odradek
