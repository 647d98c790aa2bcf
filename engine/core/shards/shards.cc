#include "engine/core/shards/shards.h"

#include "odradek/contract.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace odradek {

Shards::Shards(Ordering ordering, NullKeys null_keys, std::uint64_t hash_salt)
    : ordering_(ordering)
    , null_keys_(null_keys)
    , shards_(records_, hash_salt)
    , ready_(shards_) {}

ShardKey Shards::shard_key(const PolledRecord& record, PartitionIndex partition) const {
    switch (ordering_) {
        case Ordering::unordered:
            return {.partition = partition, .kind = ShardKind::unordered};
        case Ordering::partition:
            return {.partition = partition, .kind = ShardKind::partition};
        case Ordering::virtual_partition:
            return {.partition = partition, .kind = ShardKind::lane, .lane = record.lane};
        case Ordering::key:
            break;
    }
    if (record.key.data() != nullptr) {
        return {.partition = partition, .kind = ShardKind::key, .key = record.key};
    }
    const ShardKind kind =
        null_keys_ == NullKeys::one_lane ? ShardKind::null_key : ShardKind::unordered;
    return {.partition = partition, .kind = kind};
}

Shards::Load& Shards::load(PartitionIndex partition) {
    if (partition.value() >= loads_.size()) loads_.resize(partition.value() + 1);
    return loads_[partition.value()];
}

void Shards::add(const PolledRecord& record, AssignedPartition partition, Instant now) {
    add(record, partition, shards_.find_or_add(shard_key(record, partition.partition)), now);
}

void Shards::add(std::span<const PolledRecord> records, AssignedPartition partition, Instant now) {
    constexpr std::size_t ahead = 8;  // enough to hide a miss, few enough to stay in the cache
    std::array<std::uint64_t, ahead> hashes{};  // of the next records, by place modulo `ahead`
    for (std::size_t at = 0; at < records.size() + ahead; ++at) {
        if (at >= ahead) {
            const PolledRecord& record = records[at - ahead];
            const ShardKey key = shard_key(record, partition.partition);
            add(record, partition, shards_.find_or_add(key, hashes[at % ahead]), now);
        }
        if (at < records.size()) {
            hashes[at % ahead] = shards_.hash_of(shard_key(records[at], partition.partition));
            shards_.prefetch_entry(hashes[at % ahead]);
        }
        const std::size_t nearer = at - ahead / 2;
        if (nearer < records.size()) shards_.prefetch_shard(hashes[nearer % ahead]);
    }
}

void Shards::prefetch_shard(WorkId work) const {
    const Slot slot = RecordTable::slot_of(work);
    if (slot < records_.slots_end()) shards_.prefetch(records_[slot].shard);
}

void Shards::add(const PolledRecord& record, AssignedPartition partition, Slot shard, Instant now) {
    const Slot slot = records_.add();
    LiveRecord& live = records_[slot];
    live.handle = record.handle;
    live.offset = record.offset;
    live.key = record.key;
    live.partition = partition;
    live.polled_at = now;
    live.bytes = record.bytes;
    live.shard = shard;
    append(slot);

    Load& of_partition = load(partition.partition);
    ++of_partition.waiting;
    ++total_.waiting;
    of_partition.bytes += record.bytes;
    total_.bytes += record.bytes;
    if (shards_[shard].can_start()) ready_.add(shard);
}

void Shards::append(Slot record) {
    Shard& shard = shards_[records_[record].shard];
    records_[record].next = no_slot;
    if (shard.head == no_slot) {
        shard.head = record;
    } else {
        expects(
            records_[shard.tail].offset < records_[record].offset ||
            records_[shard.tail].partition.epoch < records_[record].partition.epoch
        );
        records_[shard.tail].next = record;
    }
    shard.tail = record;
    shard.key_record = record;
}

bool Shards::is_refused(Slot slot, Gate& gate) {
    LiveRecord& record = records_[slot];
    if (record.attempt > 0 || record.is_counted) return false;
    if (!gate.may_start(record)) return true;
    record.is_counted = true;
    return false;
}

/// Moves the head of a shard to the executor.
void Shards::hand_out(Slot slot, Load& of_partition, std::vector<WorkItem>& work) {
    LiveRecord& record = records_[slot];
    Shard& shard = shards_[record.shard];
    shard.head = record.next;
    if (shard.head == no_slot) shard.tail = no_slot;
    record.next = no_slot;
    record.state = RecordState::handed_out;
    ++record.use;
    ++record.attempt;
    ++shard.out;
    ++shard.running;
    --of_partition.waiting;
    --total_.waiting;
    ++of_partition.out;
    ++total_.out;
    work.push_back(
        {.work = records_.work_id(slot),
         .record = record.handle,
         .partition = record.partition,
         .offset = record.offset,
         .attempt = record.attempt,
         .polled_at = record.polled_at}
    );
}

bool Shards::take_run(std::uint32_t run_max, Gate& gate, std::vector<WorkItem>& work) {
    Slot ready = ready_.take();
    while (ready != no_slot && is_refused(shards_[ready].head, gate)) {
        block(ready);
        ready = ready_.take();
    }
    if (ready == no_slot) return false;
    prefetch_next();
    Shard& shard = shards_[ready];
    expects(shard.can_start());
    const bool keeps_order = shard.kind != ShardKind::unordered;
    const std::uint32_t count_max = keeps_order ? run_max : 1;
    Load& of_partition = load(shard.partition);
    for (std::uint32_t count = 0; count < count_max && shard.head != no_slot; ++count) {
        // One that is refused is asked again when it is the head of a run.
        if (count > 0 && is_refused(shard.head, gate)) break;
        hand_out(shard.head, of_partition, work);
        work.back().continues_run = count > 0;
    }
    ++runs_;
    if (shard.can_start()) ready_.add(ready);
    return true;
}

// The shard after the next one, and the head of the next, whose shard was fetched a turn ago.
void Shards::prefetch_next() const {
    const Slot next = ready_.next();
    if (next == no_slot) return;
    records_.prefetch(shards_[next].head);
    shards_.prefetch(shards_[next].next_ready);
}

void Shards::block(Slot shard) {
    Shard& entry = shards_[shard];
    entry.is_blocked = true;
    if (entry.partition.value() >= blocked_.size()) blocked_.resize(entry.partition.value() + 1);
    blocked_[entry.partition.value()].push_back(shard);
}

bool Shards::has_blocked(PartitionIndex partition) const {
    return partition.value() < blocked_.size() && !blocked_[partition.value()].empty();
}

void Shards::unblock(PartitionIndex partition, std::size_t count_max) {
    if (!has_blocked(partition)) return;
    std::vector<Slot>& blocked = blocked_[partition.value()];
    const auto count = static_cast<std::ptrdiff_t>(std::min(count_max, blocked.size()));
    for (const Slot shard : std::span{blocked.begin(), blocked.begin() + count}) {
        shards_[shard].is_blocked = false;
        if (shards_[shard].can_start()) ready_.add(shard);
    }
    blocked.erase(blocked.begin(), blocked.begin() + count);
}

void Shards::drop_blocked(PartitionIndex partition) {
    if (partition.value() >= blocked_.size()) return;
    for (const Slot shard : std::exchange(blocked_[partition.value()], {})) {
        shards_[shard].is_blocked = false;
    }
}

void Shards::leave_executor(Slot slot) {
    Shard& shard = shards_[records_[slot].shard];
    expects(shard.running > 0);
    --shard.running;
    if (batches_.holds(slot)) {
        if (shard.running == 0) shard.is_stopped = false;
        if (batches_.leave(slot)) --runs_;
        return;
    }
    if (shard.kind == ShardKind::unordered || shard.running == 0) {
        expects(runs_ > 0);
        --runs_;
    }
}

void Shards::leave_worker_or_token(Slot slot) {
    const RecordState state = records_[slot].state;
    if (state == RecordState::handed_out) {
        leave_executor(slot);
    } else if (state == RecordState::deferred) {
        expects(deferred_ > 0);
        --deferred_;
    }
}

void Shards::defer(Slot slot) {
    expects(records_[slot].state == RecordState::handed_out);
    leave_executor(slot);
    records_[slot].state = RecordState::deferred;
    ++deferred_;
}

void Shards::remove_record(Slot slot, std::vector<RecordHandle>& released) {
    const LiveRecord& record = records_[slot];
    total_.bytes -= record.bytes;
    if (!record.abandoned) load(record.partition.partition).bytes -= record.bytes;
    released.push_back(record.handle);
    records_.remove(slot);
}

void Shards::settle(Slot slot, std::vector<RecordHandle>& released) {
    const LiveRecord& record = records_[slot];
    const Slot shard = record.shard;
    leave_worker_or_token(slot);
    if (record.state == RecordState::held) {
        --load(record.partition.partition).waiting;
        --total_.waiting;
    } else {
        expects(record.state != RecordState::waiting);
        if (!record.abandoned) --load(record.partition.partition).out;
        --total_.out;
    }
    --shards_[shard].out;
    keep_key(slot);
    remove_record(slot, released);
    wake_or_remove(shard);
}

void Shards::keep_key(Slot leaving) {
    const Slot shard = records_[leaving].shard;
    Shard& entry = shards_[shard];
    if (entry.kind != ShardKind::key || entry.key_record != leaving || entry.is_empty()) return;
    // The youngest goes first only where the rest of a run was recalled: rare enough for a scan.
    entry.key_record = no_slot;
    for (Slot slot = 0; slot < records_.slots_end(); ++slot) {
        const LiveRecord& record = records_[slot];
        if (slot == leaving || record.state == RecordState::free || record.shard != shard) continue;
        Slot& youngest = entry.key_record;
        if (youngest == no_slot || records_[youngest].offset < record.offset) youngest = slot;
    }
}

void Shards::hold(Slot slot, RecordState state) {
    LiveRecord& record = records_[slot];
    expects(record.state == RecordState::handed_out || record.state == RecordState::deferred);
    expects(!record.abandoned);
    leave_worker_or_token(slot);
    record.state = state;
    if (state == RecordState::held) {
        Load& of_partition = load(record.partition.partition);
        --of_partition.out;
        --total_.out;
        ++of_partition.waiting;
        ++total_.waiting;
    }
}

void Shards::put_back(Slot slot, Attempt attempt) {
    LiveRecord& record = records_[slot];
    expects(!record.abandoned);
    if (record.state == RecordState::handed_out) {
        leave_executor(slot);
        Load& of_partition = load(record.partition.partition);
        --of_partition.out;
        --total_.out;
        ++of_partition.waiting;
        ++total_.waiting;
        if (attempt == Attempt::does_not_count) --record.attempt;
    } else {
        expects(record.state == RecordState::held);
    }
    record.state = RecordState::waiting;
    Shard& shard = shards_[record.shard];
    --shard.out;

    // The rest of a run comes back in order, so its place is behind the one that came back before
    // it.
    Slot before = no_slot;
    if (last_put_back_ != no_slot && last_put_back_ < records_.slots_end()) {
        const LiveRecord& last = records_[last_put_back_];
        const bool fits = last.state == RecordState::waiting && last.shard == record.shard &&
                          last.offset < record.offset;
        if (fits) before = last_put_back_;
    }
    Slot after = before == no_slot ? shard.head : records_[before].next;
    while (after != no_slot && records_[after].offset < record.offset) {
        before = after;
        after = records_[after].next;
    }
    record.next = after;
    (before == no_slot ? shard.head : records_[before].next) = slot;
    if (after == no_slot) shard.tail = slot;
    last_put_back_ = slot;
    if (record.attempt > 0) shard.is_blocked = false;  // what has run once may always run again
    if (shard.can_start()) ready_.add(record.shard);
}

void Shards::wake_or_remove(Slot shard) {
    Shard& entry = shards_[shard];
    if (entry.is_empty()) {
        shards_.remove(shard);
    } else if (entry.can_start()) {
        ready_.add(shard);
    }
}

void Shards::drop_waiting(PartitionIndex partition, std::vector<RecordHandle>& released) {
    ready_.remove_partition(partition);
    drop_blocked(partition);
    for (Slot slot = 0; slot < records_.slots_end(); ++slot) {
        const LiveRecord& record = records_[slot];
        if (record.partition.partition != partition) continue;
        const bool is_held = record.state == RecordState::held;
        if (!is_held && record.state != RecordState::waiting) continue;
        if (is_held) --shards_[record.shard].out;
        --load(partition).waiting;
        --total_.waiting;
        remove_record(slot, released);
    }
    clear_queues(partition);
}

void Shards::clear_queues(PartitionIndex partition) {
    const auto is_of_partition = [&](const Shard& shard) {
        return shard.is_used && shard.partition == partition;
    };
    for (Slot shard = 0; shard < shards_.shards_end(); ++shard) {
        Shard& entry = shards_[shard];
        if (!is_of_partition(entry)) continue;
        entry.head = no_slot;
        entry.tail = no_slot;
        entry.key_record = no_slot;
    }
    // What is still out keeps its shard, and lends it its key.
    for (Slot slot = 0; slot < records_.slots_end(); ++slot) {
        const LiveRecord& record = records_[slot];
        if (record.state == RecordState::free || record.partition.partition != partition) continue;
        Slot& youngest = shards_[record.shard].key_record;
        if (youngest == no_slot || records_[youngest].offset < record.offset) youngest = slot;
    }
    for (Slot shard = 0; shard < shards_.shards_end(); ++shard) {
        if (is_of_partition(shards_[shard]) && shards_[shard].is_empty()) shards_.remove(shard);
    }
}

std::size_t Shards::abandon_out(PartitionIndex partition) {
    std::size_t abandoned = 0;
    for (Slot slot = 0; slot < records_.slots_end(); ++slot) {
        LiveRecord& record = records_[slot];
        const bool is_out = record.state == RecordState::handed_out ||
                            record.state == RecordState::deferred ||
                            record.state == RecordState::dead_letter;
        if (!is_out || record.abandoned || record.partition.partition != partition) continue;
        record.abandoned = true;
        Load& of_partition = load(partition);
        --of_partition.out;
        of_partition.bytes -= record.bytes;
        ++abandoned;
    }
    return abandoned;
}

std::size_t Shards::waiting(PartitionIndex partition) const {
    return partition.value() < loads_.size() ? loads_[partition.value()].waiting : 0;
}

std::size_t Shards::out(PartitionIndex partition) const {
    return partition.value() < loads_.size() ? loads_[partition.value()].out : 0;
}

void Shards::audit() const {
    Load total;
    std::vector<Load> loads(loads_.size());
    std::size_t out_records = 0;
    std::size_t deferred = 0;
    std::vector<std::uint32_t> batched(shards_.shards_end());
    for (Slot slot = 0; slot < records_.slots_end(); ++slot) {
        const LiveRecord& record = records_[slot];
        if (record.state == RecordState::free) continue;
        const bool waits =
            record.state == RecordState::waiting || record.state == RecordState::held;
        const auto count = [&](Load& entry) {
            ++(waits ? entry.waiting : entry.out);
            entry.bytes += record.bytes;
        };
        count(total);
        if (batches_.holds(slot)) ++batched[record.shard];
        if (!record.abandoned) count(loads[record.partition.partition.value()]);
        out_records += record.state == RecordState::waiting ? 0U : 1U;
        deferred += record.state == RecordState::deferred ? 1U : 0U;
    }
    std::size_t out = 0;
    std::size_t runs = batches_.size();
    for (Slot shard = 0; shard < shards_.shards_end(); ++shard) {
        const Shard& entry = shards_[shard];
        if (!entry.is_used) continue;
        out += entry.out;
        const std::uint32_t alone = entry.running - batched[shard];
        runs += entry.kind == ShardKind::unordered ? alone : std::min(alone, 1U);
        expects(!entry.is_stopped || batched[shard] > 0);
        expects(!entry.is_empty());
        expects(entry.is_ready == entry.can_start());
    }
    expects(total == total_);
    expects(loads == loads_);
    expects(out == out_records);
    expects(deferred == deferred_);
    expects(runs == runs_);
}

}  // namespace odradek
