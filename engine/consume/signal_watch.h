#pragma once

#include "odradek/clock.h"

#include "engine/consume/file.h"

#include <optional>

namespace odradek::consume {

/// SIGTERM and SIGINT as something to wait for. Make it before any thread is started: threads
/// inherit that these signals are held back. SIGPIPE is ignored from then on.
class SignalWatch {
public:
    SignalWatch();

    /// The next signal; nothing when none came within `limit`.
    [[nodiscard]] std::optional<int> wait(Duration limit) const;

private:
    File file_;
};

}  // namespace odradek::consume
