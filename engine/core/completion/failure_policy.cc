#include "engine/core/completion/failure_policy.h"

#include "odradek/contract.h"

#include <algorithm>

namespace odradek {

Verdict judge(const FinishedWork& finished, std::uint32_t attempt, const RetryOptions& options) {
    switch (finished.result) {
        case WorkResult::done:
        case WorkResult::skip:
            return std::nullopt;
        case WorkResult::fail:
            return GiveUp{options.then};
        case WorkResult::retry: {
            const bool was_last = options.attempts_max != 0 && attempt >= options.attempts_max;
            if (was_last) return GiveUp{options.then};
            return RunAgain{std::max(finished.retry_delay.value_or(options.delay), Duration{0})};
        }
        case WorkResult::unstarted:
        case WorkResult::deferred:
            break;
    }
    expects(finished.result == WorkResult::done);  // no outcome at all
    return std::nullopt;
}

bool finishes(const Verdict& verdict) {
    if (!verdict) return true;
    const auto* given_up = std::get_if<GiveUp>(&*verdict);
    return given_up != nullptr && given_up->then == AfterLastAttempt::skip;
}

}  // namespace odradek
