#pragma once

#include "scenarios/recording.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// Where two traces part.
struct Difference {
    sim::EventNumber number = 0;  ///< line of the first difference, 1 = first
    std::string recorded;         ///< empty: the recorded trace has ended
    std::string replayed;         ///< empty: the replayed one has
};

/// The first line that differs; empty when the traces are equal byte for byte.
[[nodiscard]] std::optional<Difference> first_difference(
    const std::vector<TraceEvent>& recorded, const std::vector<TraceEvent>& replayed
);

/// A recorded trace, simulated or from real Kafka, judged again from its events alone. The run's
/// end is taken as reached when `reached_end` says so.
[[nodiscard]] RunReport judge_again(
    const std::vector<TraceEvent>& trace, const Scenario& scenario, bool reached_end
);

/// Scenario and seed from the first line that Recording wrote; empty for a trace without it.
struct TraceTitle {
    std::string scenario;
    std::uint64_t seed = 0;
};
[[nodiscard]] std::optional<TraceTitle> title_of(const std::vector<TraceEvent>& trace);

}  // namespace odradek::scenarios
