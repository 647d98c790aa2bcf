#pragma once

#include "scenarios/recording.h"
#include "scenarios/scenario.h"
#include "scenarios/sweep.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// A run with the scenario that it was of; the trace should have been kept.
struct ToldRun {
    const Scenario& scenario;
    const RunReport& report;
    std::string replay;       ///< the command that repeats it; empty: none does
    std::string shrunk_yaml;  ///< a smaller scenario that fails alike; empty: none
};

/// One run as a page that opens without anything else: verdict, pictures, what proves a violation,
/// the story, the scenario's file. Light and dark as the reader's system is.
[[nodiscard]] std::string run_page(const ToldRun& run);

/// A sweep as such a page: its numbers by scenario, probes, and the first failure of each scenario
/// that did not do what it should, told as a run.
struct ToldSweep {
    const std::vector<Scenario>& scenarios;
    const std::vector<ScenarioTally>& tallies;
    std::string heading;  ///< how many runs, from which seed
    std::vector<std::string> probes_missing;
    std::vector<ToldRun> failures;
};
[[nodiscard]] std::string sweep_page(const ToldSweep& sweep);

}  // namespace odradek::scenarios
