// Records come in, outcomes come back.

#include "odradek/contract.h"

#include "engine/core/completion/failure_policy.h"
#include "engine/core/stages.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace odradek {

namespace {

/// Shards that wait for room in the map are tried again a few at a time, while others of their
/// partition still run: each try costs, and most would be refused again.
constexpr std::size_t blocked_retry_max = 64;

std::string reason_of(const WorkFinished& work, WorkId id) {
    for (const FailureReason& reason : work.reasons) {
        if (reason.work == id) return reason.text;
    }
    return {};
}

Notice notice(Notice::Kind kind, const LiveRecord& record, std::string text) {
    return {
        .kind = kind,
        .partition = record.partition.partition,
        .offset = record.offset,
        .attempt = record.attempt,
        .text = std::move(text)};
}

}  // namespace

void Engine::Stages::take(const RecordsPolled& polled, Instant now, Effects& effects) {
    OwnedPartition* owned = assignment.find(polled.partition);
    const bool wanted =
        owned != nullptr && owned->phase == OwnedPartition::Phase::reading && !is_ending(*owned);
    std::size_t redelivered = 0;
    totals.polled += polled.records.size();
    slow.records_came(now);
    std::size_t taken_begin = 0;  // records in a row that are taken are put in place together
    const auto take_up_to = [&](std::size_t end) {
        const auto taken = polled.records.subspan(taken_begin, end - taken_begin);
        if (!taken.empty()) shards.add(taken, polled.partition, now);
        taken_begin = end + 1;
    };
    for (std::size_t at = 0; at < polled.records.size(); ++at) {
        const PolledRecord& record = polled.records[at];
        if (wanted) {
            const bool leaves_gap = owned->progress.seen_end() < record.offset;
            if (leaves_gap) owned->room.forget_tracker();
            const Progress::Admission admission = owned->progress.admit(record.offset);
            if (admission == Progress::Admission::take) continue;
            if (admission == Progress::Admission::redelivered) ++redelivered;
            if (admission == Progress::Admission::done_before) ++totals.skipped_as_done;
        }
        take_up_to(at);
        effects.released.push_back(record.handle);
    }
    take_up_to(polled.records.size());
    if (redelivered > 0) {
        effects.others.emplace_back(Notice{
            .kind = Notice::Kind::records_redelivered,
            .partition = polled.partition.partition,
            .offset = polled.records.front().offset,
            .text = std::to_string(redelivered) + " records"});
    }
}

void Engine::Stages::take(const WorkFinished& work, Instant now, Effects& effects) {
    constexpr std::size_t far = 8;
    constexpr std::size_t near = 4;
    for (std::size_t at = 0; at < work.finished.size(); ++at) {
        if (at + far < work.finished.size()) shards.prefetch_record(work.finished[at + far].work);
        if (at + near < work.finished.size()) shards.prefetch_shard(work.finished[at + near].work);
        const FinishedWork& finished = work.finished[at];
        const bool is_plain =
            finished.result == WorkResult::done || finished.result == WorkResult::unstarted;
        finish_record(
            finished, is_plain ? std::string{} : reason_of(work, finished.work), now, effects
        );
    }
}

void Engine::Stages::finish_record(
    const FinishedWork& finished, std::string reason, Instant now, Effects& effects
) {
    const Slot slot = shards.find(finished.work);
    expects(slot != no_slot);
    const LiveRecord& record = shards[slot];
    expects(record.state == RecordState::handed_out);
    if (deferrals.has_early()) answer_twice(finished, effects);
    if (finished.result != WorkResult::unstarted) {
        totals.handler.observe(finished.took);
        slow.record_ran(shards, slot, now - finished.took, effects);
    }
    if (finished.result == WorkResult::deferred) {
        defer(slot, now, effects);
        return;
    }
    if (finished.result != WorkResult::unstarted && options.batch_size == 1) {
        dispatch.observe(finished.took);
    }
    apply_outcome(slot, finished, std::move(reason), now, effects);
}

void Engine::Stages::apply_outcome(
    Slot slot, const FinishedWork& finished, std::string reason, Instant now, Effects& effects
) {
    const LiveRecord& record = shards[slot];
    count_outcome(finished.result);
    OwnedPartition* owned = record.abandoned ? nullptr : assignment.find(record.partition);
    if (owned == nullptr) {
        if (finished.result != WorkResult::unstarted) {
            effects.others.emplace_back(notice(Notice::Kind::stale_result, record, {}));
        }
        shards.settle(slot, effects.released);
        return;
    }
    if (finished.result == WorkResult::unstarted || shards.is_lane_stopped(slot)) {
        return come_again(slot, finished.result, *owned, effects);
    }
    const Verdict verdict = judge(finished, record.attempt, options.retry);
    if (options.batch_size > 1 && !finishes(verdict)) shards.stop_lane(slot);
    if (!verdict) {
        if (finished.result == WorkResult::skip) {
            effects.others.emplace_back(
                notice(Notice::Kind::record_skipped, record, std::move(reason))
            );
        }
        finish_offset(slot, *owned, effects);
        return;
    }
    effects.others.emplace_back(notice(Notice::Kind::record_failed, record, reason));
    if (const auto* again = std::get_if<RunAgain>(&*verdict)) {
        run_again(slot, again->after, now, effects);
    } else {
        give_up(slot, std::get<GiveUp>(*verdict).then, std::move(reason), now, effects);
    }
}

/// The record has not run, or ran in a batch behind one of its lane that was not finished: it has
/// not counted. An attempt that failed counts, but is not the last one: that is its own.
void Engine::Stages::come_again(
    Slot slot, WorkResult result, const OwnedPartition& owned, Effects& effects
) {
    if (is_ending(owned)) return shards.settle(slot, effects.released);
    const std::uint32_t attempts_max = options.retry.attempts_max;
    const bool counts =
        result == WorkResult::retry && (attempts_max == 0 || shards[slot].attempt < attempts_max);
    shards.put_back(slot, counts ? Shards::Attempt::counts : Shards::Attempt::does_not_count);
}

void Engine::Stages::finish_offset(Slot slot, OwnedPartition& owned, Effects& effects) {
    const bool was_unfinished = owned.progress.finish(shards[slot].offset);
    ensures(was_unfinished);
    owned.room.finish(shards[slot].offset);
    const PartitionIndex partition = shards[slot].partition.partition;
    shards.settle(slot, effects.released);
    if (!shards.has_blocked(partition)) return;
    const bool all_again = owned.room.advance(owned.progress) || shards.out(partition) == 0;
    shards.unblock(
        partition, all_again ? std::numeric_limits<std::size_t>::max() : blocked_retry_max
    );
}

bool Engine::Stages::may_start(const LiveRecord& record) {
    OwnedPartition& owned = *assignment.find(record.partition);
    MapRoom& room = owned.room;
    if (!room.is_free(record.offset)) {
        room.advance(owned.progress);
        if (!room.is_free(record.offset)) {
            if (room.needs_tracker()) track(owned, record.partition.partition);
            if (!room.may_start(record.offset)) return false;
        }
    }
    room.start(record.offset);
    return true;
}

void Engine::Stages::track(OwnedPartition& owned, PartitionIndex partition) {
    std::vector<Offset> started;
    shards.each_started(partition, [&](const LiveRecord& live) { started.push_back(live.offset); });
    std::ranges::sort(started);
    owned.room.track(owned.progress, started);
    back_pressure.watch();
}

void Engine::Stages::run_again(Slot slot, Duration after, Instant now, Effects& effects) {
    if (is_ending(*assignment.find(shards[slot].partition))) {
        shards.settle(slot, effects.released);
        return;
    }
    shards.hold(slot, RecordState::held);
    retries.add(shards.work_id(slot), now + after);
}

void Engine::Stages::give_up(
    Slot slot, AfterLastAttempt then, std::string reason, Instant now, Effects& effects
) {
    OwnedPartition& owned = *assignment.find(shards[slot].partition);
    switch (then) {
        case AfterLastAttempt::skip:
            effects.others.emplace_back(
                notice(Notice::Kind::record_skipped, shards[slot], std::move(reason))
            );
            finish_offset(slot, owned, effects);
            return;
        case AfterLastAttempt::stop: {
            const LiveRecord& record = shards[slot];
            Error cause{
                .code = Errc::handler_failed,
                .what = "the record's last attempt failed: " + reason,
                .where = "offset " + std::to_string(record.offset.value())};
            shards.settle(slot, effects.released);
            stop({Finish::in_flight, now + CloseOptions{}.limit, std::move(cause)}, effects);
            return;
        }
        case AfterLastAttempt::dead_letter:
            if (is_ending(owned)) {
                shards.settle(slot, effects.released);  // whoever reads it next decides
                return;
            }
            shards.hold(slot, RecordState::dead_letter);
            dead_letter_reasons[shards.work_id(slot)] = std::move(reason);
            send_dead_letter(slot, effects);
            return;
    }
}

void Engine::Stages::send_dead_letter(Slot slot, Effects& effects) {
    const LiveRecord& record = shards[slot];
    effects.others.emplace_back(DeadLetter{
        .work = shards.work_id(slot),
        .record = record.handle,
        .partition = record.partition,
        .offset = record.offset,
        .attempts = record.attempt,
        .reason = dead_letter_reasons[shards.work_id(slot)]});
}

void Engine::Stages::take(const DeadLetterAnswered& answer, Instant now, Effects& effects) {
    const Slot slot = shards.find(answer.work);
    expects(slot != no_slot);
    const LiveRecord& record = shards[slot];
    expects(record.state == RecordState::dead_letter);
    OwnedPartition* owned = record.abandoned ? nullptr : assignment.find(record.partition);
    if (answer.error && owned != nullptr && !is_ending(*owned)) {
        effects.others.emplace_back(
            notice(Notice::Kind::record_failed, record, to_string(*answer.error))
        );
        retries.add(answer.work, now + options.retry.delay);  // to be sent again
        return;
    }
    dead_letter_reasons.erase(answer.work);
    if (answer.error || owned == nullptr) {
        shards.settle(slot, effects.released);
        return;
    }
    effects.others.emplace_back(notice(Notice::Kind::record_dead_lettered, record, {}));
    finish_offset(slot, *owned, effects);
}

void Engine::Stages::release_due(Instant now, Effects& effects) {
    while (const auto work = retries.take_due(now)) {
        const Slot slot = shards.find(*work);
        if (slot == no_slot) continue;
        const LiveRecord& record = shards[slot];
        if (record.state == RecordState::held) {
            shards.put_back(slot);
        } else if (record.state == RecordState::dead_letter && !record.abandoned) {
            send_dead_letter(slot, effects);
        }
    }
}

}  // namespace odradek
