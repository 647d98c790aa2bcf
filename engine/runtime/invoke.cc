#include "engine/runtime/invoke.h"

#include <exception>

namespace odradek {

namespace {

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
    }
    return WorkResult::fail;
}

}  // namespace

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
        return to_result(outcome.kind());
    } catch (const std::exception& exception) {
        reason = exception.what();
    } catch (...) {
        reason = "an exception that is not a std::exception";
    }
    return WorkResult::retry;
}

}  // namespace odradek
