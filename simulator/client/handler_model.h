#pragma once

#include "odradek/clock.h"
#include "odradek/options.h"
#include "odradek/types.h"

#include "engine/base/random.h"
#include "engine/core/event.h"
#include "simulator/kernel/distribution.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::sim {

struct HandlerAnswer;
struct HandlerRun;

/// How the user's code behaves: how long it runs and what it answers.
struct HandlerSpec {
    Distribution latency{};

    /// Chances of one run; what is left is done. They are tried in this order.
    Ratio retry_chance{};
    Ratio skip_chance{};
    Ratio fail_chance{};

    /// Delay that a retry asks for; empty: the engine's own.
    std::optional<Duration> retry_delay;

    /// Records with these keys answer `poison_answer` in their first `poison_attempts` runs
    /// (0: for ever).
    std::vector<std::string> poison_keys;
    WorkResult poison_answer = WorkResult::retry;
    std::uint32_t poison_attempts = 0;

    /// How a batch is answered (PC-6).
    enum class BatchAnswer : unsigned char {
        each,   ///< by itself; what is behind a failed record of its lane fails with it
        whole,  ///< by one answer: the first that fails, else done
    };
    BatchAnswer batch_answer = BatchAnswer::each;

    /// Records with these keys take `slow_latency` instead.
    std::vector<std::string> slow_keys;
    Distribution slow_latency{};

    /// Chance that a run answers later: its handler returns after its latency, and a completion
    /// token says the outcome after another `token_latency`. Of these, some tokens are destroyed
    /// instead, and some finished twice.
    Ratio deferred_chance{};
    Distribution token_latency{};
    Ratio leak_chance{};
    Ratio double_chance{};

    /// Real user code that is called in each run and answers in the model's place; it gets what the
    /// model has drawn. Empty: the model alone.
    std::function<HandlerAnswer(const HandlerRun&, const HandlerAnswer&)> user{};
};

/// What a handler does with one run of one record.
struct HandlerAnswer {
    Duration latency{};
    WorkResult result = WorkResult::done;
    std::optional<Duration> retry_delay;

    bool is_deferred = false;  ///< the handler returns; the rest is done after `token_latency`
    Duration token_latency{};
    bool leaks = false;
    bool doubles = false;
};

/// Which run of which record: equal runs get equal answers, in whatever order an engine starts
/// them, so that engines and baselines can be compared on the same fate.
struct HandlerRun {
    std::int32_t topic = 0;
    PartitionId partition{};
    Offset offset{};
    std::uint32_t attempt = 1;  ///< 1-based
    std::string_view key;
    bool has_key = false;
};

/// Decides the fate of every run from the seed alone.
class HandlerModel {
public:
    HandlerModel(HandlerSpec spec, std::uint64_t seed);

    [[nodiscard]] HandlerAnswer run(const HandlerRun& which) const;

    /// One call for all of a batch; the longest latency is that of the call. `ordering` tells what
    /// a lane is.
    [[nodiscard]] std::vector<HandlerAnswer> run_batch(
        std::span<const HandlerRun> runs, Ordering ordering
    ) const;

private:
    [[nodiscard]] bool is_listed(const std::vector<std::string>& keys, const HandlerRun& which)
        const;

    HandlerSpec spec_;
    std::uint64_t seed_;
    bool draws_;  ///< false: nothing is random, so no stream is made per run
};

}  // namespace odradek::sim
