#pragma once

#include "scenarios/recording.h"
#include "scenarios/scenario.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// One run of a sweep.
struct SweepItem {
    std::size_t scenario = 0;  ///< index
    std::uint64_t seed = 0;
};

/// Runs [0, total) of a sweep dealt evenly over `scenario_count` scenarios, seeds upwards from
/// `from`; of these the ones of shard `shard` of `shards` (1-based). Any two shards share none, and
/// all of them together are the whole list.
struct SweepPlan {
    std::size_t scenario_count = 1;
    std::uint64_t total = 1;
    std::uint64_t from = 1;
    std::uint64_t shard = 1;
    std::uint64_t shards = 1;
    bool swarm = false;  ///< each run has a seed of its own, which draws the scenario
};
[[nodiscard]] std::vector<SweepItem> sweep_items(const SweepPlan& plan);

/// What one run said, small enough to pass between processes.
struct SweepResult {
    std::size_t item = 0;
    Verdict::Kind kind = Verdict::Kind::held;
    std::vector<std::string> guarantees;  ///< broken ones, each once
    std::string why;
    Duration virtual_time{};
    Duration wall_time{};
    std::uint64_t records = 0;
    std::uint64_t faults = 0;
    std::uint64_t members = 0;
    std::uint64_t handled = 0;
    std::uint64_t replayed = 0;
    std::set<std::string> probes;
};

/// What a sweep found of one scenario.
struct SweepFailure {
    std::uint64_t seed = 0;
    std::string guarantee;  ///< broken guarantee, or why it was stuck or which contract broke
};
struct ScenarioTally {
    std::uint64_t seeds = 0;
    std::uint64_t held = 0;
    std::vector<SweepFailure> broken;
    std::vector<SweepFailure> stuck;
    std::vector<SweepFailure> contract;
    Duration virtual_time{};
    Duration wall_time{};
    std::uint64_t records = 0;
    std::uint64_t faults = 0;
    std::uint64_t members = 0;
    std::uint64_t handled = 0;
    std::uint64_t replayed = 0;
    std::set<std::string> probes;

    /// What the scenario expects: nothing but held runs, or at least one run that breaks the
    /// guarantee it names. Broken contracts are never expected.
    [[nodiscard]] bool is_as_expected(const Expectation& expectation) const;
};

/// Means over all runs of a sweep: how much a run is worth.
struct SweepAverages {
    double records = 0;
    double faults = 0;
    double members = 0;
};
[[nodiscard]] SweepAverages averages(const std::vector<ScenarioTally>& tallies);

/// Probes that no run has reached, in alphabetical order.
[[nodiscard]] std::vector<std::string> missing_probes(const std::vector<ScenarioTally>& tallies);

/// How one run is made; the simulator's by default, another one in tests.
using SweepRun = std::function<RunReport(const Scenario&, const RunRequest&)>;

struct SweepOptions {
    std::size_t jobs = 1;  ///< processes, ≥ 1

    /// Called in this process after each result, with the number of results so far.
    std::function<void(const SweepResult&, std::size_t)> progress;
};

/// Runs all items in `jobs` processes and returns their results by item. A process that dies makes
/// a broken contract of the run it was in, and the rest of its runs go on in a new one.
[[nodiscard]] std::vector<SweepResult> sweep(
    const std::vector<Scenario>& scenarios,
    const std::vector<SweepItem>& items,
    const SweepRun& run,
    const SweepOptions& options
);

/// The results by scenario.
[[nodiscard]] std::vector<ScenarioTally> tally(
    const std::vector<Scenario>& scenarios,
    const std::vector<SweepItem>& items,
    const std::vector<SweepResult>& results
);

}  // namespace odradek::scenarios
