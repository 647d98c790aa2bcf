#include "engine/runtime/invoke.h"

#include "engine/runtime/completion_desk.h"

#include <exception>
#include <expected>

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

namespace {

/// The handler's answer, or why there is none.
std::expected<BatchOutcome, std::string> call(
    const BatchHandler& handler, std::span<const RecordContext> contexts
) {
    try {
        BatchOutcome outcome = handler(contexts);
        if (outcome.list_size() <= contexts.size()) return outcome;
        return std::unexpected(
            "the handler gave " + std::to_string(outcome.list_size()) + " outcomes for " +
            std::to_string(contexts.size()) + " records"
        );
    } catch (const std::exception& exception) {
        return std::unexpected(exception.what());
    } catch (...) {
        return std::unexpected("an exception that is not a std::exception");
    }
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

void invoke(
    const BatchHandler& handler,
    std::span<const RecordContext> contexts,
    std::span<const WorkItem> items,
    Answers& answers
) {
    const auto outcome = call(handler, contexts);
    for (std::size_t index = 0; index < items.size(); ++index) {
        const WorkId work = items[index].work;
        const Outcome* own = outcome ? outcome->of(index) : nullptr;
        if (!outcome) {
            answers.finished.push_back({.work = work, .result = WorkResult::retry});
            answers.reasons.push_back({work, outcome.error()});
        } else if (own == nullptr) {
            answers.finished.push_back({.work = work, .result = WorkResult::unstarted});
        } else if (own->kind() == Outcome::Kind::deferred) {
            answers.finished.push_back({.work = work, .result = WorkResult::retry});
            answers.reasons.push_back({work, "a record of a batch cannot be deferred"});
        } else {
            answers.finished.push_back(
                {.work = work, .result = to_result(own->kind()), .retry_delay = own->delay()}
            );
            if (!own->reason().empty()) answers.reasons.push_back({work, own->reason()});
        }
    }
}

}  // namespace odradek
