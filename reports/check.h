#pragma once

#include "reports/deployment.h"
#include "scenarios/sweep.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace odradek::reports {

/// One gate of the deployment file and what was measured for it.
struct GateResult {
    std::string name;
    std::string limit;
    std::string value;
    std::optional<bool> passed;  ///< empty: nothing in this build measures it
};

/// The service under its own load in the simulator: a minute of it, one member dying once.
struct ServiceRun {
    std::uint64_t seed = 0;
    scenarios::Verdict::Kind kind = scenarios::Verdict::Kind::held;
    std::string what;  ///< of the first violation, or why it was stuck
    std::uint64_t records = 0;
    std::uint64_t handled = 0;
    std::uint64_t replayed = 0;
    double records_per_s = 0;  ///< records over the time from the first arrival to the last finish
};

/// A chaos run that did not hold, with its story.
struct Failure {
    std::string scenario;
    std::uint64_t seed = 0;
    std::string guarantee;
    std::string story;  ///< timeline and violations as text
    std::string file;   ///< the scenario with the service's options, in the output folder
};

struct CheckResult {
    std::string deployment;
    std::uint64_t first_seed = 0;
    std::vector<scenarios::Scenario> scenarios;  ///< with the service's options
    std::vector<scenarios::ScenarioTally> tallies;
    std::vector<ServiceRun> service;
    std::vector<Failure> failures;  ///< the first of each scenario that failed
    std::vector<GateResult> gates;
    double wall_s = 0;

    [[nodiscard]] bool passed() const;
};

struct CheckOptions {
    std::uint64_t first_seed = 1;
    std::size_t jobs = 1;
    std::function<void(const std::string& stage, std::size_t done, std::size_t of)> progress;
};

/// A chaos scenario with the engine options and partitions of the service; what the scenario does
/// to them stays its own.
[[nodiscard]] scenarios::Scenario adapted(
    scenarios::Scenario scenario, const Deployment& deployment
);

/// The service's own load as a scenario.
[[nodiscard]] scenarios::Scenario service_scenario(
    const Deployment& deployment, std::vector<scenarios::KeyLaw::WeightedKey> keys
);

/// Runs everything and judges the gates. Error: mistakes in the files that the deployment names.
[[nodiscard]] std::expected<CheckResult, std::vector<ConfigError>> check(
    const Deployment& deployment, const CheckOptions& options
);

}  // namespace odradek::reports
