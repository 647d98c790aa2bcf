#pragma once

#include "reports/compare/arm.h"
#include "reports/compare/measure.h"

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <vector>

namespace odradek::reports {

/// What this machine adds to the work itself, measured with other work than it predicts.
struct MachineCost {
    Duration wake_up{};     ///< a sleeping handler wakes so much later than it asked for
    Duration per_record{};  ///< CPU time of the engine for a record, on its own thread
};

/// Measures for about a second: threads that sleep for 3 ms, and the engine over 100,000 records
/// that nobody reads from a broker.
[[nodiscard]] MachineCost calibrate();

/// One arm in virtual time: everything is in the topic when its members start. Error: why the
/// simulator cannot tell (no twin, or work that needs a processor).
[[nodiscard]] std::expected<ArmRun, std::string> simulate(
    const ArmRow& row, const Workload& workload, const MachineCost& cost, std::uint64_t seed
);

/// Every cell of a plan, seeds 1 to repeat for the runs of an arm. Arms that cannot be simulated
/// are told to `skipped` and left out.
[[nodiscard]] std::vector<ArmResult> simulate_plan(
    const Plan& plan,
    const MachineCost& cost,
    const std::function<void(const std::string& arm, const std::string& why)>& skipped
);

}  // namespace odradek::reports
