#pragma once

#include "reports/deployment.h"
#include "reports/key_spread.h"
#include "reports/unsafe_settings.h"
#include "scenarios/sweep.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::reports {

/// One gate of the deployment file and what was measured for it.
struct GateResult {
    std::string name;
    std::string limit;
    std::string value;
    std::optional<bool> passed;  ///< empty: nothing in this build measures it
};

/// The service under its own load in the simulator.
struct ServiceRun {
    enum class Day : unsigned char {
        calm,       ///< a minute of the load, nothing breaks
        crash,      ///< the same, one member dies and comes back
        saturated,  ///< as much as the members can take
    };

    Day day = Day::crash;
    std::uint64_t seed = 0;
    scenarios::Verdict::Kind kind = scenarios::Verdict::Kind::held;
    std::string what;  ///< of the first violation, or why it was stuck
    std::uint64_t records = 0;
    std::uint64_t handled = 0;
    std::uint64_t replayed = 0;
    /// Records over the time from the first arrival to the last finish; on the saturated day from
    /// the first handler start until 99 % are finished.
    double records_per_s = 0;
    Duration latency_p50{};  ///< from arrival to the end of the handler run that finished it
    Duration latency_p99{};
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
    std::vector<ServiceRun> service;  ///< one calm, one saturated, the others with a crash
    std::optional<KeySpread> spread;  ///< empty: the deployment names no keys
    std::string figures;              ///< its pictures as HTML; empty until they are drawn
    std::vector<UnsafeSetting> unsafe;
    Rate arrivals;
    std::vector<Failure> failures;  ///< the first of each scenario that failed
    std::vector<GateResult> gates;
    double wall_s = 0;

    [[nodiscard]] bool passed() const;
    [[nodiscard]] const ServiceRun* run_on(ServiceRun::Day day) const;
};

[[nodiscard]] std::string_view name_of(ServiceRun::Day day);

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
    const Deployment& deployment,
    std::vector<scenarios::KeyLaw::WeightedKey> keys,
    ServiceRun::Day day = ServiceRun::Day::crash
);

/// Runs everything and judges the gates. Error: mistakes in the files that the deployment names.
[[nodiscard]] std::expected<CheckResult, std::vector<ConfigError>> check(
    const Deployment& deployment, const CheckOptions& options
);

}  // namespace odradek::reports
