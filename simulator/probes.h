#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace odradek::sim {

/// A rare branch that a campaign should have reached: where it was not, nothing was shown about it.
struct ProbeRow {
    std::string_view name;
    std::string_view what;
};

/// All of them, in alphabetical order; a trace names no other.
inline constexpr std::array probe_rows{
    ProbeRow{"client session timeout", "a member noticed that its session was over"},
    ProbeRow{"commit deferred", "a commit waited for the group to settle"},
    ProbeRow{
        "commit failed", "the engine was told that a commit was not stored, or not known to be"},
    ProbeRow{"commit fault hit", "a commit was lost, delayed, or its answer was"},
    ProbeRow{"completion doubled", "a token was finished when its record had its answer"},
    ProbeRow{"completion expired", "a token took longer than the limit"},
    ProbeRow{"completion late", "a token was finished when nobody waited for it any more"},
    ProbeRow{"completion leaked", "a token was destroyed unfinished"},
    ProbeRow{"coordinator loaded", "another broker took a group over"},
    ProbeRow{"generation lost in a rebalance", "a member came too late for its generation"},
    ProbeRow{"map cut", "an offset map did not fit and was shortened"},
    ProbeRow{"max.poll.interval exceeded", "a member that did not poll left the group"},
    ProbeRow{"metadata unreadable", "committed text was of another tool"},
    ProbeRow{"offset reset", "the log no longer had the place that was to be read"},
    ProbeRow{"partition paused", "back pressure lasted and fetching stopped"},
    ProbeRow{"partition stuck", "one record held a partition's commit back for long"},
    ProbeRow{"partitions changed", "a topic got more partitions under a running group"},
    ProbeRow{"record dead-lettered", "the dead-letter topic has a record that ran out of attempts"},
    ProbeRow{"record skipped", "a record was given up on"},
    ProbeRow{"record slow", "a record waited long for its first run"},
    ProbeRow{"records redelivered", "the client delivered offsets again that the engine had"},
    ProbeRow{"stale result", "an outcome came for an assignment that had ended"},
    ProbeRow{"work abandoned", "a handler outlived its partition or the close"},
    ProbeRow{"work recalled", "work was taken back that no worker had begun"},
};

[[nodiscard]] constexpr bool is_probe(std::string_view name) {
    return std::ranges::find(probe_rows, name, &ProbeRow::name) != probe_rows.end();
}

}  // namespace odradek::sim
