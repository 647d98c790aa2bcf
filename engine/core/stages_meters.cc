// What the engine counts while it works, and what is read off when somebody asks (PC-29).

#include "odradek/contract.h"

#include "engine/core/offsets/codec_name.h"
#include "engine/core/offsets/metadata_text.h"
#include "engine/core/stages.h"

#include <algorithm>
#include <string>

namespace odradek {

namespace {

struct StateName {
    const char* operator()(const Running&) const { return "running"; }
    const char* operator()(const Paused&) const { return "paused"; }
    const char* operator()(const Draining&) const { return "draining"; }
    const char* operator()(const Committing&) const { return "committing"; }
    const char* operator()(const Leaving&) const { return "leaving"; }
    const char* operator()(const Ended&) const { return "closed"; }
};

}  // namespace

const char* name_of(Notice::Kind kind) {
    switch (kind) {
        case Notice::Kind::record_failed:
            return "record_failed";
        case Notice::Kind::record_skipped:
            return "record_skipped";
        case Notice::Kind::record_dead_lettered:
            return "record_dead_lettered";
        case Notice::Kind::commit_failed:
            return "commit_failed";
        case Notice::Kind::map_cut:
            return "map_cut";
        case Notice::Kind::metadata_unreadable:
            return "metadata_unreadable";
        case Notice::Kind::settings_replaced:
            return "settings_replaced";
        case Notice::Kind::work_abandoned:
            return "work_abandoned";
        case Notice::Kind::stale_result:
            return "stale_result";
        case Notice::Kind::records_redelivered:
            return "records_redelivered";
        case Notice::Kind::fetch_committed_failed:
            return "fetch_committed_failed";
        case Notice::Kind::completion_leaked:
            return "completion_leaked";
        case Notice::Kind::completion_double:
            return "completion_double";
        case Notice::Kind::completion_late:
            return "completion_late";
        case Notice::Kind::record_slow:
            return "record_slow";
        case Notice::Kind::partition_stuck:
            return "partition_stuck";
        case Notice::Kind::partition_unstuck:
            return "partition_unstuck";
        case Notice::Kind::completion_expired:
            return "completion_expired";
    }
    return "unknown";
}

void Engine::Stages::count_outcome(WorkResult result) {
    switch (result) {
        case WorkResult::done:
            ++totals.done;
            return;
        case WorkResult::retry:
            ++totals.retried;
            return;
        case WorkResult::skip:
            ++totals.skipped;
            return;
        case WorkResult::fail:
            ++totals.failed;
            return;
        case WorkResult::unstarted:
        case WorkResult::deferred:
            return;
    }
}

void Engine::Stages::count_effects(const Effects& effects, std::size_t first) {
    for (std::size_t at = first; at < effects.others.size(); ++at) {
        if (const auto* notice = std::get_if<Notice>(&effects.others[at])) {
            ++notices[static_cast<std::size_t>(notice->kind)];
        } else if (const auto* commit = std::get_if<CommitOffsets>(&effects.others[at])) {
            ++totals.commits_sent;
            for (const OffsetToCommit& offset : commit->offsets) {
                if (offset.metadata.empty()) continue;
                const Progress& progress = assignment.find(offset.partition)->progress;
                EncodingMeters& used =
                    totals.encodings[std::string(codec_name_of(offset.metadata))];
                ++used.maps;
                used.units += static_cast<std::uint64_t>(count_units(offset.metadata));
                used.offsets += static_cast<std::uint64_t>(
                    distance(offset.next_to_read, progress.completed_end())
                );
            }
        }
    }
}

Meters Engine::Stages::meters(Instant now) {
    Meters meters = totals;
    meters.state = std::visit(StateName{}, lifecycle);
    for (std::size_t kind = 0; kind < notices.size(); ++kind) {
        meters.notices[name_of(static_cast<Notice::Kind>(kind))] = notices[kind];
    }
    for (const PartitionIndex partition : assignment.owned()) {
        const OwnedPartition& owned = *assignment.find(partition);
        const Progress& progress = owned.progress;
        const auto below = [](Offset end) { return end > Offset{0} ? previous(end) : no_offset; };
        PartitionMeters& of_partition = meters.partitions.emplace_back(PartitionMeters{
            .index = partition,
            .epoch = owned.epoch,
            .highest_seen = below(progress.seen_end()),
            .highest_completed = below(progress.completed_end()),
            .highest_sequential = below(progress.next_to_read()),
            .last_committed = owned.committed,
            .incomplete = progress.unfinished(),
            .waiting = shards.waiting(partition),
            .in_flight = shards.out(partition),
            .is_paused = owned.is_paused,
            .metadata_units = owned.committed_units,
            .metadata_units_max = options.commit.metadata_chars_max});
        meters.incomplete += of_partition.incomplete;
        meters.paused_partitions += owned.is_paused ? 1U : 0U;
        if (of_partition.incomplete == 0) continue;
        const bool is_known = owned.blocking == progress.next_to_read();
        of_partition.blocking = BlockingRecord{
            .offset = progress.next_to_read(),
            .blocked_for = is_known ? now - owned.blocking_since : Duration{0}};
    }
    meters.in_flight = shards.out();
    meters.waiting = shards.waiting();
    meters.deferred = shards.deferred();
    meters.shards = shards.shard_count();
    meters.buffered_bytes = shards.bytes();
    meters.buffer_records_max = back_pressure.records_max();
    meters.load_factor = back_pressure.load_factor();
    describe_records(meters);
    return meters;
}

void Engine::Stages::describe_records(Meters& meters) {
    std::vector<std::size_t> of_shard;
    std::vector<PartitionMeters*> of_partition;
    for (PartitionMeters& partition : meters.partitions) {
        const std::size_t index = partition.index.value();
        if (index >= of_partition.size()) of_partition.resize(index + 1);
        of_partition[index] = &partition;
    }
    shards.each_record([&](WorkId, const LiveRecord& record) {
        if (record.shard >= of_shard.size()) of_shard.resize(record.shard + std::size_t{1});
        meters.shard_records_max = std::max(meters.shard_records_max, ++of_shard[record.shard]);
        if (record.state == RecordState::held) ++meters.retries_waiting;
        const std::size_t index = record.partition.partition.value();
        PartitionMeters* owner = index < of_partition.size() ? of_partition[index] : nullptr;
        if (owner == nullptr || !owner->blocking || owner->epoch != record.partition.epoch) return;
        if (owner->blocking->offset != record.offset) return;
        owner->blocking->state = SlowWatch::state_name(record);
        owner->blocking->attempt = record.attempt;
    });
}

}  // namespace odradek
