#include "property-tests/support/ledger.h"

#include "engine/core/offsets/codec.h"

#include <algorithm>

namespace odradek {

namespace {

Ledger::Record record_of(const WorkItem& item) {
    return {item.partition.partition.value(), item.offset.value()};
}

}  // namespace

std::string to_string(const Ledger::Record& record) {
    return "partition " + std::to_string(record.first) + " offset " + std::to_string(record.second);
}

bool is_covered(const OffsetMap& map, Offset offset) {
    return offset < map.next_to_read || std::ranges::any_of(map.completed, [&](OffsetRange range) {
               return range.contains(offset);
           });
}

std::optional<Ledger::Lane> Ledger::lane_of(const WorkItem& item) const {
    const auto [partition, offset] = record_of(item);
    const auto lane = history_.lane(partition, offset);
    if (!lane) return std::nullopt;
    return Lane{partition, *lane};
}

void Ledger::delivered(AssignedPartition partition, std::int64_t offset, RecordHandle handle) {
    const std::uint32_t number = partition.partition.value();
    held_[handle] = {{number, offset}, partition.epoch};
    std::int64_t& last = last_delivered_.try_emplace(number, -1).first->second;
    last = std::max(last, offset);
}

void Ledger::handed_out(const std::vector<WorkItem>& run, Instant now) {
    if (run.front().is_batch) return check_batch(run);
    const auto lane = lane_of(run.front());
    if (lane && busy_.contains(*lane)) {
        broken(
            Law::lane_overlap, to_string(record_of(run.front())) + " is handed out beside another"
        );
    }
    for (const WorkItem& item : run) {
        if (lane_of(item) != lane || (!lane && run.size() > 1)) {
            broken(Law::lane_overlap, to_string(record_of(item)) + " is in a run of another lane");
        }
        if (!held_.contains(item.record)) {
            broken(Law::release, to_string(record_of(item)) + " is handed out after its release");
        }
        if (!out_.insert(item.record).second) {
            broken(Law::release, to_string(record_of(item)) + " is handed out twice");
        }
        if (lane) busy_.insert(*lane);
        check_attempt(item, now);
    }
}

void Ledger::check_batch(const std::vector<WorkItem>& batch) {
    if (batch.size() > history_.options.batch_size) {
        broken(
            Law::lane_overlap, to_string(record_of(batch.front())) + " begins a batch too large"
        );
    }
    for (std::size_t at = 0; at < batch.size(); ++at) {
        const WorkItem& item = batch[at];
        const bool follows = at == 0 || (batch[at - 1].partition == item.partition &&
                                         batch[at - 1].offset < item.offset);
        if (!follows) {
            broken(Law::lane_order, to_string(record_of(item)) + " is out of order in its batch");
        }
        const auto lane = lane_of(item);
        if (lane && busy_.contains(*lane)) {
            broken(Law::lane_overlap, to_string(record_of(item)) + " is handed out beside another");
        }
        if (!held_.contains(item.record) || !out_.insert(item.record).second) {
            broken(Law::release, to_string(record_of(item)) + " is not the engine's to hand out");
        }
    }
    for (const WorkItem& item : batch) {
        if (const auto lane = lane_of(item)) busy_.insert(*lane);
    }
}

std::vector<bool> Ledger::counting(
    std::span<const WorkItem> batch, std::span<const WorkResult> results
) const {
    std::vector<bool> counts;
    std::set<Lane> stopped;
    for (std::size_t at = 0; at < batch.size(); ++at) {
        const auto lane = lane_of(batch[at]);
        counts.push_back(!lane || !stopped.contains(*lane));
        if (lane && !finishes(batch[at], results[at])) stopped.insert(*lane);
    }
    return counts;
}

bool Ledger::finishes(const WorkItem& item, WorkResult result) const {
    const RetryOptions& retry = history_.options.retry;
    const bool is_given_up =
        result == WorkResult::fail || (result == WorkResult::retry && retry.attempts_max != 0 &&
                                       item.attempt >= retry.attempts_max);
    return result == WorkResult::done || result == WorkResult::skip ||
           (is_given_up && retry.then == AfterLastAttempt::skip);
}

void Ledger::check_attempt(const WorkItem& item, Instant now) {
    const std::string who = to_string(record_of(item));
    const auto covered = covered_.find(item.partition);
    if (covered != covered_.end() && is_covered(covered->second, item.offset)) {
        broken(Law::replay, who + " runs again though a stored commit covers it");
    }
    if (!works_.insert(item.work).second) broken(Law::release, who + " has the number of another");
    const Try& before = tries_[{record_of(item), item.partition.epoch}];
    if (item.attempt != before.attempts + 1) {
        broken(
            Law::attempts,
            who + " is attempt " + std::to_string(item.attempt) + " after " +
                std::to_string(before.attempts)
        );
    }
    const std::uint32_t attempts_max = history_.options.retry.attempts_max;
    if (attempts_max != 0 && item.attempt > attempts_max) {
        broken(Law::attempts, who + " runs more often than it may");
    }
    if (before.again_at && now < *before.again_at) {
        broken(Law::retry, who + " is tried again too early");
    }
}

void Ledger::attempted(const WorkItem& item, std::optional<Instant> again_at) {
    Try& life = tries_[{record_of(item), item.partition.epoch}];
    ++life.attempts;
    life.again_at = again_at;
}

void Ledger::processed(AssignedPartition partition, Offset offset) {
    const Record record{partition.partition.value(), offset.value()};
    processed_.insert(record);
    processed_in_.insert({record, partition.epoch});
}

void Ledger::handed_over(AssignedPartition partition, const OffsetMap& stored) {
    const std::uint32_t number = partition.partition.value();
    std::int64_t first_open = std::max<std::int64_t>(stored.next_to_read.value(), 0);
    while (!history_.exists(first_open)) {
        ++first_open;
    }
    for (const auto& [record, epoch] : processed_in_) {
        if (record.first != number || epoch != partition.epoch) continue;
        // Without a map there is no way to say more than where the first open record is.
        const bool can_be_said =
            history_.options.commit.offset_map != MapFormat::none || record.second <= first_open;
        if (can_be_said && !is_covered(stored, Offset{record.second})) {
            broken(Law::handover, to_string(record) + " is done and given back without a commit");
        }
    }
}

std::size_t Ledger::waiting(AssignedPartition partition) const {
    return static_cast<std::size_t>(std::ranges::count_if(held_, [&](const auto& entry) {
        const auto& [handle, held] = entry;
        return held.record.first == partition.partition.value() && held.epoch == partition.epoch &&
               !out_.contains(handle) && !refused_.contains(handle);
    }));
}

std::size_t Ledger::waiting() const {
    return held_.size() - out();
}

std::optional<std::string> Ledger::idle(AssignedPartition partition, Instant now) const {
    const std::uint32_t number = partition.partition.value();
    std::set<std::optional<std::uint32_t>> busy;
    for (const Lane& lane : busy_) {
        if (lane.first == number) busy.insert(lane.second);
    }
    std::set<std::pair<std::int64_t, RecordHandle>> in_order;
    for (const auto& [handle, held] : held_) {
        if (held.record.first != number) continue;
        const auto lane = history_.lane(number, held.record.second);
        const bool is_lent = out_.contains(handle) || refused_.contains(handle);
        if (is_lent && lane) busy.insert(lane);
        if (!is_lent && held.epoch == partition.epoch) in_order.emplace(held.record.second, handle);
    }
    for (const auto& [offset, handle] : in_order) {
        const auto lane = history_.lane(number, offset);
        if (lane && busy.contains(lane)) continue;
        const auto before = tries_.find({{number, offset}, partition.epoch});
        const bool is_held = before != tries_.end() && before->second.again_at > now;
        if (!is_held) return to_string(Record{number, offset}) + " waits and a worker idles";
        if (lane) busy.insert(lane);
    }
    return std::nullopt;
}

void Ledger::started(const WorkItem& item, std::span<const WorkItem> call) {
    const auto lane = lane_of(item);
    if (!lane) return;
    const auto [partition, offset] = record_of(item);
    for (std::int64_t before = 0; before < offset; ++before) {
        if (!history_.exists(before) || history_.lane(partition, before) != lane->second) continue;
        // In a run whose assignment has ended the next record follows all the same.
        const Record record{partition, before};
        const bool is_in_call = std::ranges::count(call, Offset{before}, &WorkItem::offset) > 0;
        if (!is_in_call && !processed_.contains(record) &&
            !completed_.contains({record, item.partition.epoch})) {
            broken(
                Law::lane_order,
                to_string(record_of(item)) + " starts before offset " + std::to_string(before)
            );
        }
    }
}

void Ledger::completed(const WorkItem& item) {
    completed_.insert({record_of(item), item.partition.epoch});
}

void Ledger::left_executor(const WorkItem& item) {
    out_.erase(item.record);
    if (const auto lane = lane_of(item)) busy_.extract(*lane);
}

void Ledger::released(RecordHandle handle) {
    if (out_.contains(handle)) {
        broken(Law::release, to_string(held_[handle].record) + " is released while it is out");
    }
    refused_.erase(handle);
    if (held_.erase(handle) == 0) broken(Law::release, "a handle is released twice");
}

void Ledger::check_processed(Record record, const char* by) {
    if (!history_.exists(record.second) || processed_.contains(record)) return;
    broken(Law::coverage, to_string(record) + " is not processed and dismissed by " + by);
}

void Ledger::committing(const OffsetToCommit& offset, std::optional<Epoch> epoch) {
    const std::uint32_t partition = offset.partition.partition.value();
    if (epoch != offset.partition.epoch) {
        broken(Law::owner, "partition " + std::to_string(partition) + " is committed by no owner");
    }
    if (offset.next_to_read.value() > last_delivered(partition) + 1) {
        broken(
            Law::coverage, "partition " + std::to_string(partition) + " is committed beyond its end"
        );
    }
    for (std::int64_t below = 0; below < offset.next_to_read.value(); ++below) {
        check_processed({partition, below}, "a commit");
    }
    const auto decoded = decode(offset.metadata, offset.next_to_read, std::nullopt);
    if (!decoded) return broken(Law::coverage, "a committed text cannot be read");
    for (const OffsetRange& range : decoded->map.completed) {
        for (std::int64_t done = range.begin.value(); done < range.end.value(); ++done) {
            check_processed({partition, done}, "a map");
        }
    }
    for (std::int64_t done = offset.next_to_read.value(); done < decoded->map.next_to_read.value();
         ++done) {
        check_processed({partition, done}, "a map");
    }
}

void Ledger::stored(std::uint32_t partition, Offset before, Offset now) {
    if (now < before) {
        broken(Law::backwards, "partition " + std::to_string(partition) + " goes back");
    }
}

void Ledger::process_ended() {
    for (const auto& [handle, held] : held_) {
        if (!out_.contains(handle)) {
            broken(Law::release, to_string(held.record) + " is not out and was never released");
        }
    }
    held_.clear();
    out_.clear();
    refused_.clear();
    busy_.clear();
    works_.clear();
}

std::int64_t Ledger::last_delivered(std::uint32_t partition) const {
    const auto found = last_delivered_.find(partition);
    return found == last_delivered_.end() ? -1 : found->second;
}

std::vector<std::int64_t> Ledger::unprocessed(std::uint32_t partition) const {
    std::vector<std::int64_t> offsets;
    for (std::int64_t offset = 0; offset <= last_delivered(partition); ++offset) {
        if (history_.exists(offset) && !processed_.contains({partition, offset})) {
            offsets.push_back(offset);
        }
    }
    return offsets;
}

std::optional<std::string> Ledger::first_broken(std::set<Law> laws) const {
    const auto found = std::ranges::find_if(broken_, [&](const auto& entry) {
        return laws.contains(entry.first);
    });
    if (found == broken_.end()) return std::nullopt;
    return found->second;
}

}  // namespace odradek
