#pragma once

#include "odradek/error.h"

#include "scenarios/recording.h"
#include "scenarios/scenario.h"

#include <expected>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// What of a scenario a real cluster cannot be asked for by this program, one sentence each; empty
/// when it can run there.
[[nodiscard]] std::vector<std::string> needs_simulator(const Scenario& scenario);

/// Runs the scenario on a real cluster: topics and group of its own, each member a Consumer of this
/// process, load and handlers drawn from the same seed, judged by the same checkers.
///
/// The evidence is the producer's acknowledgements, a ledger around the handlers, and the commits
/// that the broker acknowledged. Times are real, so two runs of a seed differ; the verdicts may
/// not. Error: broker_unreachable, invalid_options (needs_simulator() says what).
[[nodiscard]] std::expected<RunReport, Error> run_on_kafka(
    const Scenario& scenario, const RunRequest& request, const std::string& brokers
);

}  // namespace odradek::scenarios
