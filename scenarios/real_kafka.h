#pragma once

#include "odradek/error.h"

#include "scenarios/recording.h"
#include "scenarios/scenario.h"

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace odradek::scenarios {

class KeptKafka;

/// Where a scenario runs when it does not run in the simulator.
struct RealWorld {
    std::string brokers;         ///< host:port, comma between several
    KeptKafka* kafka = nullptr;  ///< the same cluster, when its brokers are ours to kill; or null

    /// The program whose verb `member` is a member of the group; empty: odradek-chaos beside this
    /// program.
    std::filesystem::path program = {};

    /// Keeps the members' ledgers and logs; empty: a temporary folder that is removed.
    std::filesystem::path folder = {};
};

/// What of a scenario a real cluster cannot be asked for, one phrase each; empty when it can run
/// there.
[[nodiscard]] std::vector<std::string> needs_simulator(
    const Scenario& scenario, const RealWorld& world
);

/// Runs the scenario on a real cluster: topics and group of its own, each member a process with the
/// engine, load and handlers drawn from the same seed, judged by the same checkers.
///
/// Members are killed (SIGKILL), frozen (SIGSTOP), stopped and started as processes, brokers of
/// `world.kafka` too. The evidence is the producer's acknowledgements, a ledger that each process
/// writes around its handlers, and the commits as the cluster's own log has them. Times are real,
/// so two runs of a seed differ; the verdicts may not. Errors: broker_unreachable, invalid_options
/// (needs_simulator() says what), client_failed (a process cannot be made).
[[nodiscard]] std::expected<RunReport, Error> run_on_kafka(
    const Scenario& scenario, const RunRequest& request, const RealWorld& world
);

}  // namespace odradek::scenarios
