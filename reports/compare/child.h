#pragma once

#include "odradek/clock.h"

#include <expected>
#include <functional>
#include <string>

namespace odradek::reports {

/// Runs `work` in a process of its own and returns its text: its memory, threads and CPU time are
/// nobody else's. Only while this process has one thread. Error: it died, or took longer than
/// `limit`, and was killed.
[[nodiscard]] std::expected<std::string, std::string> run_in_child(
    const std::function<std::string()>& work, Duration limit
);

}  // namespace odradek::reports
