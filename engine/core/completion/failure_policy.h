#pragma once

#include "odradek/options.h"

#include "engine/core/event.h"

#include <cstdint>
#include <optional>
#include <variant>

namespace odradek {

struct RunAgain {
    Duration after;
};
struct GiveUp {
    AfterLastAttempt then;
};

/// What is decided about a record whose handler has answered; empty: it is finished.
using Verdict = std::optional<std::variant<RunAgain, GiveUp>>;

/// Outcome and history → verdict (PC-10, PC-11). `attempt` is the one that answered, 1-based.
[[nodiscard]] Verdict judge(
    const FinishedWork& finished, std::uint32_t attempt, const RetryOptions& options
);

/// Whether the record counts as finished, so that what is behind it may count too.
[[nodiscard]] bool finishes(const Verdict& verdict);

}  // namespace odradek
