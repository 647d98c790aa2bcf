#include "engine/core/slow_watch.h"

#include <algorithm>
#include <string>
#include <utility>

namespace odradek {

namespace {

std::string seconds_of(Duration span) {
    const auto tenths = span / std::chrono::milliseconds{100};
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

Notice slow_notice(const LiveRecord& record, std::string text) {
    return {
        .kind = Notice::Kind::record_slow,
        .partition = record.partition.partition,
        .offset = record.offset,
        .attempt = record.attempt,
        .text = std::move(text)};
}

}  // namespace

const char* SlowWatch::state_name(const LiveRecord& record) {
    switch (record.state) {
        case RecordState::handed_out:
            return "running";
        case RecordState::deferred:
            return "deferred";
        case RecordState::held:
            return "retry";
        case RecordState::dead_letter:
            return "dead_letter";
        case RecordState::waiting:
        case RecordState::free:
            break;
    }
    return "waiting";
}

Duration SlowWatch::partition_period() const {
    return std::min<Duration>(std::chrono::seconds{1}, options_.partition_after / 4);
}

std::optional<Instant> SlowWatch::next_deadline() const {
    if (!records_at_) return partitions_at_;
    return std::min(*records_at_, partitions_at_.value_or(*records_at_));
}

void SlowWatch::name_after_wait(Shards& shards, Slot slot, Instant started, Effects& effects) {
    if (options_.record_after <= Duration{0}) return;
    shards.name_slow(slot, started - options_.record_after, [&](const LiveRecord& record) {
        effects.others.emplace_back(
            slow_notice(record, "waited " + seconds_of(started - record.polled_at))
        );
    });
}

void SlowWatch::look(Shards& shards, Assignment& assignment, Instant now, Effects& effects) {
    if (records_at_ && now >= *records_at_) look_at_records(shards, now, effects);
    if (partitions_at_ && now >= *partitions_at_) {
        look_at_partitions(shards, assignment, now, effects);
    }
}

void SlowWatch::look_at_records(Shards& shards, Instant now, Effects& effects) {
    const Duration limit = options_.record_after;
    const std::optional<Instant> oldest =
        shards.name_slow(now - limit, [&](const LiveRecord& record) {
            effects.others.emplace_back(
                slow_notice(record, "waits for " + seconds_of(now - record.polled_at))
            );
        });
    records_at_.reset();
    if (oldest) records_at_ = std::max(*oldest + limit, now + limit / 64);
}

void SlowWatch::look_at_partitions(
    const Shards& shards, Assignment& assignment, Instant now, Effects& effects
) {
    partitions_at_.reset();
    for (const PartitionIndex partition : assignment.owned()) {
        OwnedPartition& owned = *assignment.find(partition);
        const bool is_open = owned.progress.unfinished() > 0;
        const Offset blocking = is_open ? owned.progress.next_to_read() : no_offset;
        if (is_open) partitions_at_ = now + partition_period();
        if (owned.blocking != blocking) {
            if (std::exchange(owned.is_stuck, false)) {
                effects.others.emplace_back(Notice{
                    .kind = Notice::Kind::partition_unstuck,
                    .partition = partition,
                    .offset = owned.blocking,
                    .text = "the commit goes on"});
            }
            owned.blocking = blocking;
            owned.blocking_since = now;
            continue;
        }
        const bool is_late = now - owned.blocking_since >= options_.partition_after;
        if (!is_open || owned.is_stuck || !is_late) continue;
        owned.is_stuck = true;
        name_stuck(shards, owned, partition, now, effects);
    }
}

void SlowWatch::name_stuck(
    const Shards& shards,
    const OwnedPartition& owned,
    PartitionIndex partition,
    Instant now,
    Effects& effects
) const {
    const AssignedPartition identity{partition, owned.epoch};
    shards.each_record([&](WorkId, const LiveRecord& record) {
        if (record.partition != identity || record.offset != owned.blocking) return;
        effects.others.emplace_back(Notice{
            .kind = Notice::Kind::partition_stuck,
            .partition = partition,
            .offset = record.offset,
            .attempt = record.attempt,
            .text = std::string("holds the commit back for ") +
                    seconds_of(now - owned.blocking_since) + ", state " + state_name(record)});
    });
}

}  // namespace odradek
