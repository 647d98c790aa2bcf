#include "engine/runtime/invoke.h"

#include "engine/runtime/completion_desk.h"

#include <exception>

namespace odradek {

WorkResult to_result(Outcome::Kind kind) {
    switch (kind) {
        case Outcome::Kind::done:
            return WorkResult::done;
        case Outcome::Kind::retry:
            return WorkResult::retry;
        case Outcome::Kind::skip:
            return WorkResult::skip;
        case Outcome::Kind::fail:
            return WorkResult::fail;
        case Outcome::Kind::deferred:
            return WorkResult::deferred;
    }
    return WorkResult::fail;
}

WorkResult invoke(
    const Consumer::Handler& handler,
    const RecordContext& context,
    std::optional<Duration>& retry_delay,
    std::string& reason
) {
    try {
        const Outcome outcome = handler(context);
        retry_delay = outcome.delay();
        if (outcome.kind() != Outcome::Kind::done) reason = outcome.reason();
        const bool is_deferred = outcome.kind() == Outcome::Kind::deferred;
        if (is_deferred && (context.completion == nullptr || !context.completion->is_taken())) {
            reason = "answered deferred() without having taken a token by defer()";
            return WorkResult::retry;
        }
        return to_result(outcome.kind());
    } catch (const std::exception& exception) {
        reason = exception.what();
    } catch (...) {
        reason = "an exception that is not a std::exception";
    }
    return WorkResult::retry;
}

}  // namespace odradek
