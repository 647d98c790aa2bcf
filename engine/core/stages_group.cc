// Partitions come and go; offsets are read and stored.

#include "odradek/contract.h"

#include "engine/core/commit/fingerprint.h"
#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/map_size.h"
#include "engine/core/offsets/metadata_text.h"
#include "engine/core/stages.h"

#include <algorithm>
#include <utility>

namespace odradek {

namespace {

/// Wait before the committed offsets are asked for again after an error.
constexpr Duration fetch_committed_delay = std::chrono::seconds{1};

/// Most time that a revoke spends on its last commit: the others of the group wait meanwhile.
constexpr Duration revoke_commit_max = std::chrono::seconds{5};

}  // namespace

void Engine::Stages::take(const PartitionsAssigned& assigned, Instant /*now*/, Effects& effects) {
    commits.group_has_settled();
    totals.partitions_assigned += assigned.partitions.size();
    for (const AssignedPartition partition : assigned.partitions) {
        assignment.assign(partition);
    }
    if (assigned.partitions.empty()) {
        effects.others.emplace_back(CompleteAssign{});
    } else {
        effects.others.emplace_back(FetchCommitted{assigned.partitions});
    }
}

void Engine::Stages::take(const CommittedFetched& fetched, Instant now, Effects& effects) {
    for (const CommittedOffset& committed : fetched.offsets) {
        OwnedPartition* owned = assignment.find(committed.partition);
        if (owned == nullptr || owned->phase != OwnedPartition::Phase::loading) continue;
        if (committed.error) {
            fetch_committed_again_at = now + fetch_committed_delay;
            effects.others.emplace_back(Notice{
                .kind = Notice::Kind::fetch_committed_failed,
                .partition = committed.partition.partition,
                .text = to_string(*committed.error)});
            continue;
        }
        const OffsetMap map = load_map(committed, now, effects);
        owned->room = MapRoom{
            map_encoding, map.completed.empty() ? map.next_to_read : map.completed.back().end};
        owned->progress = Progress{map};
        owned->committed = committed.next_to_read;
        owned->committed_units = static_cast<std::uint32_t>(count_units(committed.metadata));
        owned->phase = OwnedPartition::Phase::loaded;
    }
    start_reading(effects);
}

OffsetMap Engine::Stages::load_map(
    const CommittedOffset& committed, Instant now, Effects& effects
) {
    if (committed.next_to_read == no_offset) return {.next_to_read = no_offset, .completed = {}};
    auto decoded = decode(committed.metadata, committed.next_to_read, committed.log_end);
    if (decoded) {
        if (decoded->was_cut) {
            effects.others.emplace_back(Notice{
                .kind = Notice::Kind::map_cut,
                .partition = committed.partition.partition,
                .offset = *committed.log_end,
                .text = "the log ends here, below what the committed map counts as done: records "
                        "were lost, and new ones in their place will be processed"});
        }
        check_settings(committed, decoded->fingerprint, now, effects);
        OffsetMap map = cut_to_fit(decoded->map, map_encoding);
        if (map != decoded->map) {
            effects.others.emplace_back(Notice{
                .kind = Notice::Kind::map_cut,
                .partition = committed.partition.partition,
                .offset = map.next_to_read,
                .text = "the committed map is larger than the limit; some of it will be replayed"});
        }
        return map;
    }
    std::string reason = std::string(name_of(decoded.error().code)) + " at byte " +
                         std::to_string(decoded.error().position) + ": " +
                         std::string(decoded.error().reason);
    effects.others.emplace_back(Notice{
        .kind = Notice::Kind::metadata_unreadable,
        .partition = committed.partition.partition,
        .offset = committed.next_to_read,
        .text = reason});
    if (options.commit.unreadable_metadata == UnreadableMetadata::fail) {
        Error cause{
            .code = Errc::unreadable_metadata,
            .what = "the committed metadata cannot be read: " + reason,
            .where = "offset " + std::to_string(committed.next_to_read.value())};
        stop({Finish::in_flight, now + CloseOptions{}.limit, std::move(cause)}, effects);
    }
    return {.next_to_read = committed.next_to_read, .completed = {}};
}

void Engine::Stages::check_settings(
    const CommittedOffset& committed,
    std::optional<Fingerprint> fingerprint,
    Instant now,
    Effects& effects
) {
    auto text = mismatch(fingerprint, options);
    if (!text) return;
    if (may_replace(*fingerprint, options.commit)) {
        effects.others.emplace_back(Notice{
            .kind = Notice::Kind::settings_replaced,
            .partition = committed.partition.partition,
            .offset = committed.next_to_read,
            .text = *std::move(text)});
        return;
    }
    Error cause{
        .code = Errc::settings_changed,
        .what = *std::move(text),
        .where = "offset " + std::to_string(committed.next_to_read.value())};
    stop({Finish::in_flight, now + CloseOptions{}.limit, std::move(cause)}, effects);
}

void Engine::Stages::start_reading(Effects& effects) {
    CompleteAssign complete;
    for (const PartitionIndex partition : assignment.owned()) {
        const OwnedPartition& owned = *assignment.find(partition);
        if (owned.phase == OwnedPartition::Phase::loading) return;
        if (owned.phase != OwnedPartition::Phase::loaded) continue;
        complete.partitions.push_back(
            {.partition = assignment.identity(partition), .from = owned.progress.next_to_read()}
        );
    }
    if (complete.partitions.empty()) return;
    for (const StartPosition& start : complete.partitions) {
        assignment.find(start.partition)->phase = OwnedPartition::Phase::reading;
    }
    effects.others.emplace_back(std::move(complete));
}

void Engine::Stages::fetch_committed_again(Instant now, Effects& effects) {
    if (!fetch_committed_again_at || now < *fetch_committed_again_at) return;
    fetch_committed_again_at.reset();
    FetchCommitted fetch;
    for (const PartitionIndex partition : assignment.owned()) {
        if (assignment.find(partition)->phase == OwnedPartition::Phase::loading) {
            fetch.partitions.push_back(assignment.identity(partition));
        }
    }
    if (!fetch.partitions.empty()) effects.others.emplace_back(std::move(fetch));
}

void Engine::Stages::take(const PartitionsRevoked& revoked, Instant now, Effects& effects) {
    expects(!revoke);
    totals.partitions_revoked += revoked.partitions.size();
    revoke = PendingRevoke{
        .partitions = revoked.partitions,
        .work_until = now + options.revoke_wait_max,
        .commit_until = std::nullopt};
    for (const PartitionIndex partition : revoked.partitions) {
        OwnedPartition* owned = assignment.find(partition);
        if (owned != nullptr) owned->phase = OwnedPartition::Phase::revoking;
    }
    drop(revoked.partitions, effects);
}

void Engine::Stages::advance_revoke(Instant now, Effects& effects) {
    if (!revoke) return;
    const std::vector<PartitionIndex>& partitions = revoke->partitions;
    if (!revoke->commit_until) {
        if (has_work_out(partitions) && now < revoke->work_until) return;
        commits.hurry(partitions);
        revoke->commit_until = now + revoke_commit_max;
    }
    // What finishes while the commit is on its way counts too, and is committed again.
    if (!is_settled(partitions) && now < *revoke->commit_until) return;
    abandon(partitions, effects);
    give_back(partitions, effects);
    revoke.reset();
}

void Engine::Stages::give_back(std::span<const PartitionIndex> partitions, Effects& effects) {
    for (const PartitionIndex partition : partitions) {
        commits.forget(partition);
        if (assignment.find(partition) != nullptr) assignment.remove(partition);
    }
    effects.others.emplace_back(CompleteRevoke{
        std::vector<PartitionIndex>(partitions.begin(), partitions.end())});
    start_reading(effects);  // the others may have waited only for one of these to be loaded
}

void Engine::Stages::take(const PartitionsLost& lost, Instant /*now*/, Effects& effects) {
    if (revoke) {
        // The client gives one answer for both, so what was being revoked goes with what is lost.
        std::vector<PartitionIndex> all = std::exchange(revoke, std::nullopt)->partitions;
        std::ranges::copy_if(
            lost.partitions,
            std::back_inserter(all),
            [&](PartitionIndex partition) { return std::ranges::find(all, partition) == all.end(); }
        );
        take(PartitionsLost{std::move(all)}, {}, effects);
        return;
    }
    commits.group_has_settled();
    totals.partitions_lost += lost.partitions.size();
    drop(lost.partitions, effects);
    abandon(lost.partitions, effects);
    give_back(lost.partitions, effects);
}

void Engine::Stages::take(const CommitAnswered& answer, Instant now, Effects& effects) {
    for (const CommittedPartition& answered : answer.partitions) {
        ++(answered.error ? totals.commits_failed : totals.commits_acknowledged);
    }
    commits.answered(answer, assignment, now, effects);
}

void Engine::Stages::
    take(const CommitRequested& /*request*/, Instant /*now*/, Effects& /*effects*/) {
    commits.hurry(assignment.owned());
}

void Engine::Stages::drop(std::span<const PartitionIndex> partitions, Effects& effects) {
    RecallWork recall;
    for (const PartitionIndex partition : partitions) {
        shards.drop_waiting(partition, effects.released);
    }
    retries.forget_if([&](WorkId work) {
        const Slot slot = shards.find(work);
        if (slot == no_slot) return true;
        const PartitionIndex partition = shards[slot].partition.partition;
        if (std::ranges::find(partitions, partition) == partitions.end()) return false;
        dead_letter_reasons.erase(work);  // refused, and nobody has it: nobody would give it back
        shards.settle(slot, effects.released);
        return true;
    });
    for (const PartitionIndex partition : partitions) {
        if (shards.out(partition) > 0) recall.partitions.push_back(partition);
    }
    if (!recall.partitions.empty()) effects.others.emplace_back(std::move(recall));
}

void Engine::Stages::abandon(std::span<const PartitionIndex> partitions, Effects& effects) {
    for (const PartitionIndex partition : partitions) {
        const std::size_t count = shards.abandon_out(partition);
        if (count == 0) continue;
        effects.others.emplace_back(Notice{
            .kind = Notice::Kind::work_abandoned,
            .partition = partition,
            .text = std::to_string(count) + " records still run"});
    }
}

bool Engine::Stages::has_work_out(std::span<const PartitionIndex> partitions) const {
    return std::ranges::any_of(partitions, [&](PartitionIndex partition) {
        return shards.out(partition) > 0;
    });
}

bool Engine::Stages::is_settled(std::span<const PartitionIndex> partitions) {
    return std::ranges::all_of(partitions, [&](PartitionIndex partition) {
        return commits.is_settled(partition, assignment);
    });
}

}  // namespace odradek
