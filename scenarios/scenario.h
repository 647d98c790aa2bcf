#pragma once

#include "odradek/clock.h"
#include "odradek/options.h"

#include "engine/base/random.h"
#include "scenarios/fault.h"
#include "scenarios/load.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// A random span of time, as a value that both worlds can perform.
struct Latency {
    enum class Kind : unsigned char { fixed, uniform, exponential, bimodal };

    Kind kind = Kind::fixed;
    Duration low{};   ///< fixed: the value; exponential: the mean; bimodal: the usual one
    Duration high{};  ///< uniform: the highest; exponential: the cut; bimodal: the rare one
    Ratio rare{};     ///< bimodal: chance of `high`

    friend bool operator==(const Latency&, const Latency&) = default;
};

/// What a handler may answer, in files: done is what is left.
enum class Answer : unsigned char { retry, skip, fail };

/// Records with these keys answer `answer` in their first `attempts` runs.
struct Poison {
    std::vector<std::string> keys;
    Answer answer = Answer::retry;
    std::uint32_t attempts = 0;  ///< 0: for ever

    friend bool operator==(const Poison&, const Poison&) = default;
};

/// Records with these keys take another time.
struct SlowKeys {
    std::vector<std::string> keys;
    Latency latency;

    friend bool operator==(const SlowKeys&, const SlowKeys&) = default;
};

/// Runs that answer later, by a completion token (DC-1).
struct DeferredRuns {
    Ratio share{.part = 1, .whole = 1};  ///< of all runs
    Latency latency;                     ///< from the handler's return to the end of the token
    Ratio leaks{};                       ///< tokens destroyed unfinished
    Ratio doubles{};                     ///< tokens finished twice

    friend bool operator==(const DeferredRuns&, const DeferredRuns&) = default;
};
/// How a batch is answered: each record by itself, or all by the first that fails.
enum class BatchAnswer : unsigned char { each, whole };

/// How the user's code behaves.
struct Handler {
    Latency latency;
    Ratio retry{};
    Ratio skip{};
    Ratio fail{};
    std::optional<Duration> retry_delay;  ///< asked for by the handler; empty: the engine's own
    std::optional<Poison> poison;
    std::optional<SlowKeys> slow;
    std::optional<DeferredRuns> deferred;
    BatchAnswer batch = BatchAnswer::each;
    Ratio partitioner_failures{};  ///< of records: their partitioner throws

    friend bool operator==(const Handler&, const Handler&) = default;
};

enum class GroupAssignor : unsigned char { range, roundrobin, cooperative_sticky };

/// The settings of the Kafka client that a scenario may change.
struct Client {
    GroupAssignor assignor = GroupAssignor::range;
    Duration session_timeout = std::chrono::seconds{10};
    Duration heartbeat_interval = std::chrono::seconds{1};
    Duration max_poll_interval = std::chrono::minutes{5};
    bool static_members = false;

    friend bool operator==(const Client&, const Client&) = default;
};

struct Topic {
    std::string name = "orders";
    std::int32_t partitions = 1;

    friend bool operator==(const Topic&, const Topic&) = default;
};

struct Cluster {
    std::int32_t brokers = 1;
    Latency network{
        .kind = Latency::Kind::uniform,
        .low = std::chrono::microseconds{100},
        .high = std::chrono::microseconds{400}};
    Ratio resend{};             ///< chance that a message is lost and sent again by TCP
    Ratio broken_connection{};  ///< chance that a request's connection breaks

    friend bool operator==(const Cluster&, const Cluster&) = default;
};

/// First things go wrong, then everything heals and the rest must be done in bounded time.
struct Phases {
    Duration safety = std::chrono::seconds{10};    ///< faults happen in it
    Duration liveness = std::chrono::minutes{10};  ///< from the heal until everything is committed

    /// Then all members are stopped cleanly and started again, and nothing may run twice.
    bool restart_at_end = false;

    friend bool operator==(const Phases&, const Phases&) = default;
};

struct Expectation {
    std::optional<std::string> broken;  ///< the guarantee that this scenario breaks; empty: none

    friend bool operator==(const Expectation&, const Expectation&) = default;
};

/// One kind of bad day and what must hold on it: load, faults, options and guarantees as values.
struct Scenario {
    std::string name;   ///< its file's name without ending
    std::string group;  ///< its folder's name
    std::string word;   ///< what commands call it: its path; empty: group/name of the catalogue
    std::string title;
    std::string consumer = "engine";  ///< or the name of a baseline
    Cluster cluster;
    std::vector<Topic> topics{Topic{}};
    Load load;
    EngineOptions engine;
    std::int32_t members = 1;                  ///< up from the start
    std::int32_t late_members = 0;             ///< down until a join_member fault starts one
    std::optional<EngineOptions> late_engine;  ///< of late members: another deploy; empty: `engine`
    Client client;
    Handler handler;
    std::vector<Fault> faults;
    Phases phases;
    std::vector<std::string> guarantees;  ///< empty in the file: the usual ones of the ordering
    Duration progress_within = std::chrono::minutes{1};
    Ratio replayed_max{.part = 1, .whole = 1};
    Expectation expect;

    /// A seed draws a variant of it: swarm.h.
    bool swarm = false;
};

}  // namespace odradek::scenarios
