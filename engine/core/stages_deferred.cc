// Handlers that answer later: their completion tokens (DC-1).

#include "odradek/contract.h"

#include "engine/core/stages.h"

#include <utility>

namespace odradek {

namespace {

Notice notice(Notice::Kind kind, const FinishedToken& token, std::string text) {
    return {
        .kind = kind,
        .partition = token.partition.partition,
        .offset = token.offset,
        .text = std::move(text)};
}

std::string reason_of(const TokensFinished& finished, WorkId work) {
    for (const FailureReason& reason : finished.reasons) {
        if (reason.work == work) return reason.text;
    }
    return {};
}

constexpr const char* leaked_text = "its completion token was destroyed unfinished";
constexpr const char* expired_text = "its completion token was not finished in time";

}  // namespace

bool Engine::Stages::is_deferred(WorkId work) const {
    const Slot slot = shards.find(work);
    return slot != no_slot && shards[slot].state == RecordState::deferred;
}

void Engine::Stages::defer(Slot slot, Instant now, Effects& effects) {
    const WorkId work = shards.work_id(slot);
    dispatch.observe_deferred();
    shards.defer(slot);
    if (std::optional<Deferrals::Early> early = deferrals.take_early(work)) {
        end_token(early->token, std::move(early->reason), now, effects);
        return;
    }
    deferrals.add(work, now, shards.deferred(), [this](WorkId other) {
        return is_deferred(other);
    });
}

/// The handler's own answer counts, not what its token had said before.
void Engine::Stages::answer_twice(const FinishedWork& finished, Effects& effects) {
    if (finished.result == WorkResult::deferred) return;
    const auto early = deferrals.take_early(finished.work);
    if (!early || early->token.end != TokenEnd::finished) return;
    effects.others.emplace_back(
        notice(Notice::Kind::completion_double, early->token, "its handler has answered by itself")
    );
}

void Engine::Stages::take(const TokensFinished& finished, Instant now, Effects& effects) {
    for (const FinishedToken& token : finished.tokens) {
        const bool is_plain = token.end != TokenEnd::finished || token.result == WorkResult::done;
        end_token(token, is_plain ? std::string{} : reason_of(finished, token.work), now, effects);
    }
}

void Engine::Stages::end_token(
    const FinishedToken& token, std::string reason, Instant now, Effects& effects
) {
    if (token.end == TokenEnd::finished_again) {
        effects.others.emplace_back(
            notice(Notice::Kind::completion_double, token, "finished before")
        );
        return;
    }
    const Slot slot = shards.find(token.work);
    if (slot != no_slot && shards[slot].state == RecordState::handed_out) {
        deferrals.keep_early(token, std::move(reason));
        return;
    }
    if (slot == no_slot || shards[slot].state != RecordState::deferred) {
        if (token.end == TokenEnd::destroyed) return;
        effects.others.emplace_back(
            notice(Notice::Kind::completion_late, token, "its record waits for it no more")
        );
        return;
    }
    FinishedWork work{.work = token.work, .result = token.result, .retry_delay = token.retry_delay};
    if (token.end == TokenEnd::destroyed) {
        effects.others.emplace_back(notice(Notice::Kind::completion_leaked, token, leaked_text));
        work.result = WorkResult::retry;
        reason = leaked_text;
    }
    apply_outcome(slot, work, std::move(reason), now, effects);
}

void Engine::Stages::expire_tokens(Instant now, Effects& effects) {
    deferrals.drop_closed([this](WorkId work) { return is_deferred(work); });
    while (const auto work = deferrals.take_due(now)) {
        if (!is_deferred(*work)) continue;
        const Slot slot = shards.find(*work);
        const LiveRecord& record = shards[slot];
        effects.others.emplace_back(TokenExpired{*work, record.handle});
        effects.others.emplace_back(Notice{
            .kind = Notice::Kind::completion_expired,
            .partition = record.partition.partition,
            .offset = record.offset,
            .attempt = record.attempt,
            .text = expired_text});
        apply_outcome(
            slot, {.work = *work, .result = WorkResult::retry}, expired_text, now, effects
        );
    }
}

}  // namespace odradek
