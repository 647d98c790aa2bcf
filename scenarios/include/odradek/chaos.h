#pragma once

#include "odradek/options.h"
#include "odradek/outcome.h"
#include "odradek/record.h"

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace odradek::chaos {

/// Your handler, as it is given to Consumer::poll().
using Handler = std::function<Outcome(const RecordContext&)>;

/// A record of the simulated topic, for make_value.
struct RecordId {
    std::string topic;
    PartitionId partition;
    Offset offset;
    std::optional<std::string> key;
};

/// Your consumer on a bad day: a scenario of the catalogue, or of your own, around your handler and
/// your engine options. The production engine runs in a simulated cluster, in virtual time.
struct Trial {
    /// A file, `group/name` or a name of the catalogue; see `odradek chaos list`. `swarm:` before
    /// it lets each seed draw faults and knobs as well. Required.
    std::string scenario;

    /// Folder of the catalogue; empty: that of the checkout in which the test runs.
#ifdef ODRADEK_CATALOG  // set by the installed package
    std::string catalog = ODRADEK_CATALOG;
#else
    std::string catalog;
#endif

    /// A new handler for each process of the group: what it holds in memory is lost in a crash, as
    /// in production. `member` counts from 0. What the handler writes to should live longer: it
    /// stands for your database. Required.
    ///
    /// The handler runs on the simulator's one thread and must not wait for anything; how long it
    /// takes is the scenario's `handler.latency`. It may throw: that is a retry. Where the
    /// scenario's `failures`, `skips`, `rejections` or `poison` hit a run, the handler is called
    /// all the same, and its answer is replaced: as if it had worked and then not been heard. It
    /// answers at once; when answers come late is the scenario's `handler.deferred`.
    std::function<Handler(int member)> make_handler;

    /// Instead of the scenario's engine options, such as those of your service.
    std::optional<EngineOptions> engine;

    /// The bytes of a record's value; without it, as many zeros as the scenario says. A pure
    /// function of the record: it is asked again when the record is delivered again.
    std::function<std::string(const RecordId&)> make_value;
};

struct BrokenGuarantee {
    std::string name;  ///< "key_order", "at_least_once", …
    std::string what;
};

/// What a run said. `passed` is what the scenario expects: nearly always, that all holds.
struct Result {
    bool passed = false;
    std::uint64_t seed = 0;
    std::string verdict;  ///< held, broken, stuck, contract
    std::vector<BrokenGuarantee> broken;
    std::uint64_t records = 0;
    std::uint64_t handled = 0;   ///< handler runs
    std::uint64_t replayed = 0;  ///< of records that had been finished before
    std::string trace_sha256;    ///< equal in every run of a seed, if your handler is deterministic

    /// Verdict, time line of the group and what proves the first violation: for a failed test.
    std::string story;
};

/// Runs one seed. Error: every mistake in the trial or the scenario's file, a line each.
[[nodiscard]] std::expected<Result, std::string> run(const Trial& trial, std::uint64_t seed);

/// Runs seeds upwards from `from` until one does not pass, or `count` have passed; the last result.
///
/// What make_handler's handlers write to is yours to clear: `before` is called before each run.
[[nodiscard]] std::expected<Result, std::string> sweep(
    const Trial& trial,
    std::uint64_t from,
    std::uint64_t count,
    const std::function<void()>& before = {}
);

}  // namespace odradek::chaos
