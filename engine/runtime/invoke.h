#pragma once

#include "odradek/consumer.h"

#include "engine/core/event.h"

#include <optional>
#include <string>

namespace odradek {

/// Calls the handler; whatever it throws becomes a retry with the exception's text. The one place
/// where user code can throw into the engine.
[[nodiscard]] WorkResult invoke(
    const Consumer::Handler& handler,
    const RecordContext& context,
    std::optional<Duration>& retry_delay,
    std::string& reason
);

}  // namespace odradek
