// What the engine asks for, done with the client, the workers and the producer.

#include "odradek/contract.h"

#include "simulator/client/host.h"

#include <algorithm>
#include <utility>

namespace odradek::sim {

namespace {

/// The rare branch that a notice tells of; empty for an ordinary one.
std::string_view probe_of(Notice::Kind kind) {
    using enum Notice::Kind;
    switch (kind) {
        case record_skipped:
            return "record skipped";
        case record_dead_lettered:
            return "record dead-lettered";
        case commit_failed:
            return "commit failed";
        case map_cut:
            return "map cut";
        case metadata_unreadable:
            return "metadata unreadable";
        case work_abandoned:
            return "work abandoned";
        case stale_result:
            return "stale result";
        case records_redelivered:
            return "records redelivered";
        case completion_leaked:
            return "completion leaked";
        case completion_double:
            return "completion doubled";
        case completion_late:
            return "completion late";
        case completion_expired:
            return "completion expired";
        case record_slow:
            return "record slow";
        case partition_stuck:
            return "partition stuck";
        case record_failed:
        case settings_replaced:
        case fetch_committed_failed:
        case partition_unstuck:
            break;
    }
    return {};
}

}  // namespace

void Host::start_work(const WorkItem& item) {
    const Held& held = held_.at(item.record.value());
    expects(held.record != nullptr && held.partition == item.partition.partition);
    expects(held.record->offset == item.offset);
    workers_.submit(
        {.tag = item.work.value(),
         .what =
             {.partition = met(held.partition).number,
              .record = held.record,
              .epoch = item.partition.epoch,
              .attempt = item.attempt},
         .continues_run = item.continues_run,
         .is_batch = item.is_batch}
    );
}

void Host::perform(const FetchCommitted& effect) {
    std::vector<PartitionNumber> numbers;
    for (const AssignedPartition& partition : effect.partitions) {
        numbers.push_back(met(partition.partition).number);
    }
    const std::uint64_t request = next_fetch_++;
    fetching_[request] = effect.partitions;
    context_.consumer.fetch_committed(request, std::move(numbers));
}

void Host::perform(const CompleteAssign& effect) {
    std::vector<AssignedFrom> positions;
    for (const StartPosition& start : effect.partitions) {
        Met& partition = met(start.partition.partition);
        expects(partition.epoch == start.partition.epoch);
        positions.push_back({partition.number, start.from});
    }
    if (assign_is_incremental_)
        context_.consumer.incremental_assign(positions);
    else
        context_.consumer.assign(positions);
}

void Host::perform(const CompleteRevoke& effect) {
    std::vector<PartitionNumber> numbers;
    for (const PartitionIndex index : effect.partitions) {
        Met& partition = met(index);
        numbers.push_back(partition.number);
        // The pause flag would survive into the next assignment (BM-286).
        if (std::exchange(partition.is_paused, false)) context_.consumer.resume(partition.number);
        if (!std::exchange(partition.is_owned, false)) continue;
        context_.ledger.write(
            TraceEvent::Kind::revoked, partition.number, no_offset, partition.epoch
        );
    }
    if (revoke_is_incremental_)
        context_.consumer.incremental_unassign(numbers);
    else
        context_.consumer.unassign();
}

void Host::perform(const PausePartitions& effect) {
    for (const PartitionIndex index : effect.partitions) {
        Met& partition = met(index);
        expects(!partition.is_paused);
        partition.is_paused = true;
        context_.client.tracer.probe("partition paused", context_.client.member);
        context_.consumer.pause(partition.number);
        context_.ledger.write(
            TraceEvent::Kind::paused, partition.number, no_offset, partition.epoch
        );
    }
}

void Host::perform(const ResumePartitions& effect) {
    for (const PartitionIndex index : effect.partitions) {
        Met& partition = met(index);
        expects(partition.is_paused);  // BM-285: resuming what is not paused delivers twice
        partition.is_paused = false;
        context_.consumer.resume(partition.number);
        context_.ledger.write(
            TraceEvent::Kind::resumed, partition.number, no_offset, partition.epoch
        );
    }
}

void Host::perform(const CommitOffsets& effect) {
    std::vector<OffsetToStore> offsets;
    std::vector<AssignedPartition>& asked = committing_[effect.commit.value()];
    for (const OffsetToCommit& offset : effect.offsets) {
        asked.push_back(offset.partition);
        offsets.push_back(
            {met(offset.partition.partition).number, offset.next_to_read, offset.metadata}
        );
    }
    context_.consumer.commit(effect.commit.value(), std::move(offsets));
}

void Host::perform(const RecallWork& effect) {
    std::vector<PartitionNumber> numbers;
    for (const PartitionIndex index : effect.partitions)
        numbers.push_back(met(index).number);
    context_.client.tracer.probe("work recalled", context_.client.member);
    workers_.recall([&numbers](const HandledRecord& what) {
        return std::ranges::find(numbers, what.partition) != numbers.end();
    });
}

void Host::perform(const DeadLetter& effect) {
    expects(dead_letters_.insert(effect.work.value()).second);
    producer_.send(
        effect.work.value(),
        {.topic = "dead-letters",
         .input = met(effect.partition.partition).number,
         .offset = effect.offset,
         .epoch = effect.partition.epoch}
    );
}

void Host::perform(const TokenExpired& effect) {
    workers_.expire(effect.work.value());
}

void Host::perform(const LeaveGroup& /*effect*/) {
    context_.consumer.close();
}

void Host::perform(const Closed& effect) {
    ended_ = true;
    context_.ledger.tracer().write(
        TraceEvent::Kind::metered,
        {.member = context_.ledger.member()},
        metered_text(engine_.meters(local_now()))
    );
    context_.ended(effect.cause.has_value() ? to_string(*effect.cause) : "closed");
}

void Host::perform(const Notice& effect) {
    if (const std::string_view probe = probe_of(effect.kind); !probe.empty()) {
        context_.client.tracer.probe(probe, context_.client.member);
    }
    if (effect.text.empty() && effect.kind == Notice::Kind::record_failed) return;
    context_.ledger.tracer().write(
        TraceEvent::Kind::note, {.member = context_.ledger.member()}, effect.text
    );
}

}  // namespace odradek::sim
