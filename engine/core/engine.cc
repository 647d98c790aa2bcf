#include "engine/core/engine.h"

#include "engine/core/commit/fingerprint.h"
#include "engine/core/stages.h"

#include <algorithm>
#include <variant>

namespace odradek {

Engine::Engine(const EngineOptions& options, Instant start)
    : stages_(std::make_unique<Stages>(options, start)) {}

Engine::~Engine() = default;

void Engine::handle(const Event& event, Instant now, Effects& effects) {
    Stages& stages = *stages_;
    const std::size_t first = effects.others.size();
    if (stages.options.batch_size > 1) stages.shards.set_time(now);
    std::visit([&](const auto& happened) { stages.take(happened, now, effects); }, event);
    stages.expire_tokens(now, effects);
    stages.release_due(now, effects);
    stages.advance_revoke(now, effects);
    stages.advance_close(now, effects);
    if (stages.may_start_work()) {
        const bool drains = !std::holds_alternative<Running>(stages.lifecycle);
        const auto hurry = drains ? Dispatch::Hurry::yes : Dispatch::Hurry::no;
        stages.dispatch.fill(stages.shards, stages, effects.work, now, hurry);
    }
    stages.back_pressure.adjust(stages.assignment, stages.shards, now, effects);
    stages.slow.look(stages.shards, stages.assignment, now, effects);
    stages.commits.plan(stages.assignment, now, effects);
    stages.count_effects(effects, first);
}

std::optional<Instant> Engine::next_deadline() const {
    const Stages& stages = *stages_;
    std::optional<Instant> earliest;
    const auto consider = [&](std::optional<Instant> at) {
        if (at) earliest = std::min(earliest.value_or(*at), *at);
    };
    consider(stages.retries.next_due());
    consider(stages.deferrals.next_due());
    consider(stages.back_pressure.next_deadline());
    consider(stages.slow.next_deadline());
    consider(stages.fetch_committed_again_at);
    if (stages.may_start_work()) consider(stages.dispatch.next_batch_at());
    if (!stages.assignment.owned().empty()) consider(stages.commits.next_deadline());
    if (stages.revoke) {
        consider(stages.revoke->commit_until.value_or(stages.revoke->work_until));
    }
    if (const auto* draining = std::get_if<Draining>(&stages.lifecycle)) {
        consider(draining->give_up_at);
    } else if (const auto* committing = std::get_if<Committing>(&stages.lifecycle)) {
        consider(committing->give_up_at);
    }
    return earliest;
}

std::size_t Engine::read_budget() const {
    if (!std::holds_alternative<Running>(stages_->lifecycle)) return 0;
    return stages_->back_pressure.budget(stages_->shards);
}

std::size_t Engine::in_flight() const {
    return stages_->shards.out();
}

std::vector<Engine::DeferredRecord> Engine::deferred() const {
    std::vector<DeferredRecord> deferred;
    stages_->shards.each_record([&](WorkId work, const LiveRecord& record) {
        if (record.state == RecordState::deferred) deferred.push_back({work, record.handle});
    });
    return deferred;
}

std::size_t Engine::waiting() const {
    return stages_->shards.waiting();
}

Meters Engine::meters(Instant now) const {
    return stages_->meters(now);
}

void Engine::audit() const {
    stages_->shards.audit();
}

Engine::Stages::Stages(const EngineOptions& engine_options, Instant start)
    : options(engine_options)
    , map_encoding(encoding_of(options))
    , shards(options.ordering, options.null_keys, options.hash_salt)
    , dispatch(options)
    , deferrals(options.deferred.expiry)
    , back_pressure(options)
    , commits(options.commit, map_encoding, start)
    , slow(options.slow)
    , lifecycle(Running{}) {}

bool Engine::Stages::may_start_work() const {
    if (std::holds_alternative<Running>(lifecycle)) return true;
    const auto* draining = std::get_if<Draining>(&lifecycle);
    return draining != nullptr && draining->finish == Finish::buffered_too;
}

bool Engine::Stages::is_ending(const OwnedPartition& owned) const {
    if (owned.phase == OwnedPartition::Phase::revoking) return true;
    return !may_start_work() && !std::holds_alternative<Paused>(lifecycle);
}

}  // namespace odradek
