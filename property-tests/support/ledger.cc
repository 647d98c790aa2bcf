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

std::optional<Ledger::Lane> Ledger::lane_of(const WorkItem& item) const {
    const auto [partition, offset] = record_of(item);
    const auto lane = history_.lane(partition, offset);
    if (!lane) return std::nullopt;
    return Lane{partition, *lane};
}

void Ledger::delivered(Record record, RecordHandle handle) {
    held_[handle] = record;
    std::int64_t& last = last_delivered_.try_emplace(record.first, -1).first->second;
    last = std::max(last, record.second);
}

void Ledger::handed_out(const std::vector<WorkItem>& run) {
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
    }
}

void Ledger::started(const WorkItem& item) {
    const auto lane = lane_of(item);
    if (!lane) return;
    const auto [partition, offset] = record_of(item);
    for (std::int64_t before = 0; before < offset; ++before) {
        if (!history_.exists(before) || history_.lane(partition, before) != lane->second) continue;
        // In a run whose assignment has ended the next record follows all the same.
        const Record record{partition, before};
        if (!processed_.contains(record) && !completed_.contains({record, item.partition.epoch})) {
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
        broken(Law::release, to_string(held_[handle]) + " is released while it is out");
    }
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
    for (const auto& [handle, record] : held_) {
        if (!out_.contains(handle)) {
            broken(Law::release, to_string(record) + " is not out and was never released");
        }
    }
    held_.clear();
    out_.clear();
    busy_.clear();
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
