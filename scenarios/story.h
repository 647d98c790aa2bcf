#pragma once

#include "scenarios/recording.h"

#include <cstddef>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// "#214 3.250000 s  member 1 started orders-3 @41 (epoch 2, attempt 1, key k7)".
[[nodiscard]] std::string describe(
    const TraceEvent& event, sim::EventNumber number, const Scenario& scenario
);

/// What happened to the group and around it, a line each: faults, members, assignments, failed
/// commits, notes. At most `lines_max` lines, the rest as a count.
[[nodiscard]] std::string timeline(
    const std::vector<TraceEvent>& trace, const Scenario& scenario, std::size_t lines_max
);

/// Each violation with the events that prove it; without a trace, their numbers.
[[nodiscard]] std::string violations_text(const RunReport& report, const Scenario& scenario);

/// One paragraph: name, seed, verdict, counts.
[[nodiscard]] std::string summary(const RunReport& report, const Scenario& scenario);

/// The command that repeats the run.
[[nodiscard]] std::string replay_command(const std::string& scenario, std::uint64_t seed);

/// "1.500 s", "2 m 05 s": time for people.
[[nodiscard]] std::string human(Duration duration);

}  // namespace odradek::scenarios
