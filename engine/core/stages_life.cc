// Running, pausing, ending.

#include "odradek/contract.h"

#include "engine/core/stages.h"

#include <algorithm>
#include <utility>

namespace odradek {

namespace {

/// Most time that a close spends on its last commit.
constexpr Duration close_commit_max = std::chrono::seconds{10};

}  // namespace

void Engine::Stages::take(const TimePassed& /*tick*/, Instant now, Effects& effects) {
    fetch_committed_again(now, effects);
}

void Engine::Stages::
    take(const PauseRequested& /*request*/, Instant /*now*/, Effects& /*effects*/) {
    if (std::holds_alternative<Running>(lifecycle)) lifecycle = Paused{};
}

void Engine::Stages::
    take(const ResumeRequested& /*request*/, Instant /*now*/, Effects& /*effects*/) {
    if (std::holds_alternative<Paused>(lifecycle)) lifecycle = Running{};
}

void Engine::Stages::take(const CloseRequested& request, Instant now, Effects& effects) {
    stop({request.options.finish, now + request.options.limit, std::nullopt}, effects);
}

void Engine::Stages::stop(const Draining& draining, Effects& effects) {
    const bool may_stop = std::holds_alternative<Running>(lifecycle) ||
                          std::holds_alternative<Paused>(lifecycle) ||
                          std::holds_alternative<Draining>(lifecycle);
    if (!may_stop) return;
    Draining next = draining;
    if (const auto* earlier = std::get_if<Draining>(&lifecycle)) {
        // Records turned away since the first stop would look like a hole below later ones.
        if (earlier->finish == Finish::in_flight) next.finish = Finish::in_flight;
        next.give_up_at = std::min(next.give_up_at, earlier->give_up_at);
        if (earlier->cause) next.cause = earlier->cause;
    }
    lifecycle = next;
    if (next.finish == Finish::in_flight) drop(assignment.owned(), effects);
}

void Engine::Stages::advance_close(Instant now, Effects& effects) {
    if (auto* draining = std::get_if<Draining>(&lifecycle)) {
        const bool is_done = !has_work_out(assignment.owned()) && shards.waiting() == 0;
        if (!is_done && now < draining->give_up_at) return;
        drop(assignment.owned(), effects);
        commits.hurry(assignment.owned());
        lifecycle = Committing{now + close_commit_max, std::move(draining->cause)};
    }
    if (auto* committing = std::get_if<Committing>(&lifecycle)) {
        const bool is_done = !revoke && is_settled(assignment.owned());
        if (!is_done && now < committing->give_up_at) return;
        abandon(assignment.owned(), effects);
        leave(std::move(committing->cause), effects);
    }
}

void Engine::Stages::leave(std::optional<Error> cause, Effects& effects) {
    lifecycle = Leaving{std::move(cause)};
    effects.others.emplace_back(LeaveGroup{});
}

void Engine::Stages::take(const ClientClosed& /*closed*/, Instant /*now*/, Effects& effects) {
    auto* leaving = std::get_if<Leaving>(&lifecycle);
    expects(leaving != nullptr);
    std::optional<Error> cause = std::move(leaving->cause);
    lifecycle = Ended{};
    effects.others.emplace_back(Closed{std::move(cause)});
}

void Engine::Stages::take(const ClientFailed& failed, Instant /*now*/, Effects& effects) {
    if (std::holds_alternative<Leaving>(lifecycle) || std::holds_alternative<Ended>(lifecycle)) {
        return;
    }
    const std::vector<PartitionIndex> owned(assignment.owned().begin(), assignment.owned().end());
    revoke.reset();
    drop(owned, effects);
    abandon(owned, effects);
    if (!owned.empty()) give_back(owned, effects);
    leave(failed.cause, effects);
}

}  // namespace odradek
