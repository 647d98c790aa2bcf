#pragma once

#include "odradek/clock.h"
#include "odradek/error.h"
#include "odradek/options.h"

#include <optional>
#include <variant>

namespace odradek {

struct Running {};

/// On request: nothing new starts, nothing is read; what runs goes on.
struct Paused {};

/// A close was asked for, or the engine stops because of `cause`: work is finished as `finish`
/// says.
struct Draining {
    Finish finish = Finish::in_flight;
    Instant give_up_at;
    std::optional<Error> cause;
};

/// Work is over; the last commits are on their way.
struct Committing {
    Instant give_up_at;
    std::optional<Error> cause;
};

/// The client is leaving the group.
struct Leaving {
    std::optional<Error> cause;
};

struct Ended {};

/// One value instead of flags: each state has what only it needs (PC-20, PC-21, PC-26).
using Lifecycle = std::variant<Running, Paused, Draining, Committing, Leaving, Ended>;

}  // namespace odradek
