#pragma once

#include "odradek/clock.h"

#include <chrono>

namespace odradek {

/// The engine's time line on this machine.
[[nodiscard]] inline Instant steady_now() {
    return Instant{std::chrono::steady_clock::now().time_since_epoch()};
}

}  // namespace odradek
