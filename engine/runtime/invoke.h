#pragma once

#include "odradek/consumer.h"

#include "engine/core/effect.h"
#include "engine/runtime/inbox.h"

#include <optional>
#include <span>
#include <string>

namespace odradek {

/// An answer in the core's words.
[[nodiscard]] WorkResult to_result(Outcome::Kind kind);

/// Calls the handler; an answer "deferred" without a token, which nobody could finish, and whatever
/// it throws become a retry with the reason. The one place where user code can throw into the
/// engine.
[[nodiscard]] WorkResult invoke(
    const Consumer::Handler& handler,
    const RecordContext& context,
    std::optional<Duration>& retry_delay,
    std::string& reason
);

/// Calls the batch handler and appends one answer for each item of the batch, in their order.
void invoke(
    const BatchHandler& handler,
    std::span<const RecordContext> contexts,
    std::span<const WorkItem> items,
    Answers& answers
);

}  // namespace odradek
