#pragma once

#include "odradek/clock.h"

#include "engine/core/event.h"
#include "simulator/client/client_context.h"
#include "simulator/client/handler_model.h"
#include "simulator/client/ledger.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace odradek::sim {

/// One record for a worker.
struct Job {
    std::uint64_t tag = 0;  ///< the application's own name for it
    HandledRecord what{};
    bool continues_run = false;  ///< same worker as the job before, and only if that was done
    bool is_batch = false;       ///< its run is one call of the handler
};

/// How a job ended.
struct JobResult {
    std::uint64_t tag = 0;
    WorkResult result = WorkResult::done;
    std::optional<Duration> retry_delay{};
    Duration took{};
};

/// How a completion token ended.
struct TokenResult {
    std::uint64_t tag = 0;
    HandledRecord what{};
    TokenEnd end = TokenEnd::finished;
    WorkResult result = WorkResult::done;
    std::optional<Duration> retry_delay{};
};

/// Virtual threads that run handlers: each takes a run from the queue, runs its jobs one after the
/// other and stops at the first outcome other than done; the rest of the run comes back unstarted.
/// A batch is one call for all its jobs.
class Workers {
public:
    struct Hooks {
        std::function<const HandlerModel&()> handler;
        std::function<void()> finished;  ///< there are results to take
        Ordering ordering = Ordering::key;
    };
    Workers(const ClientContext& context, Ledger& ledger, std::size_t count, Hooks hooks);

    /// Puts a job behind those that wait; start_idle() then gives them to idle workers.
    void submit(const Job& job);
    void start_idle();

    /// Gives back unstarted what waits and satisfies `is_recalled`.
    void recall(const std::function<bool(const HandledRecord&)>& is_recalled);

    /// Moves the results out, in the order in which they came.
    void take_results(std::vector<JobResult>& results);
    [[nodiscard]] bool has_results() const { return !results_.empty() || !tokens_.empty(); }

    /// Likewise for the completion tokens of handlers that answered later.
    void take_tokens(std::vector<TokenResult>& tokens);

    /// The engine waits no more for this token: for the ledger the run ends here.
    void expire(std::uint64_t tag);

    [[nodiscard]] std::size_t running() const { return workers_.size() - idle_.size(); }
    [[nodiscard]] std::size_t waiting() const { return queue_.size(); }

private:
    struct Worker {
        std::vector<Job> run;  ///< taken from the queue
        std::size_t next = 0;  ///< in `run`
        Instant started_at{};
        std::vector<HandlerAnswer> answers;  ///< of the call that runs, from `next` on
    };

    struct OpenToken {
        HandledRecord what{};
        HandlerAnswer answer{};
        bool is_expired = false;  ///< for the engine; somebody still holds it
    };

    [[nodiscard]] bool take_run(Worker& worker);
    void go_on(std::size_t worker);
    [[nodiscard]] Duration start_call(Worker& worker);
    void finish_call(Worker& worker);
    void give_back(const Job& job);
    void defer(const Job& job, const HandlerAnswer& answer);
    void end_token(std::uint64_t tag);

    const ClientContext& context_;
    Ledger& ledger_;
    Hooks hooks_;
    std::vector<Worker> workers_;
    std::vector<std::size_t> idle_;
    std::deque<Job> queue_;
    std::vector<JobResult> results_;
    std::map<std::uint64_t, OpenToken> open_;  ///< by tag
    std::vector<TokenResult> tokens_;          ///< that ended
    std::vector<HandlerRun> runs_;  // of the call that starts
    std::uint32_t batches_ = 0;
};

}  // namespace odradek::sim
