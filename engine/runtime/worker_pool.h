#pragma once

#include "engine/core/effect.h"
#include "engine/runtime/inbox.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace odradek {

/// Threads that run handlers (PC-2): exactly so many at once as there are threads.
///
/// Work waits in one queue. A worker takes as much at a time as it can probably finish soon (the
/// handlers' recent speed tells), so that fast handlers do not pay for the queue per record and
/// slow ones leave the rest to others. A further worker is woken only for as much work as a
/// wake-up is worth; where the guess was wrong, rescue() mends it.
class WorkerPool {
public:
    /// Runs one record; returns the outcome and, for all but done, the reason.
    using Run = std::function<
        WorkResult(const WorkItem&, std::optional<Duration>& delay, std::string& reason)>;
    /// Frees a record whose engine has ended.
    using Release = std::function<void(RecordHandle)>;
    /// Says that a record will be run soon; may be null.
    using Prefetch = void (*)(RecordHandle);
    /// Takes over a record whose engine has ended and whose handler then answered `deferred`.
    using Adopt = std::function<void(WorkId, RecordHandle)>;

    /// Runs a batch in one call; appends an answer for each item, in order (PC-6).
    using RunBatch = std::function<void(std::span<const WorkItem>, Answers&)>;

    struct Options {
        std::uint32_t threads = 1;
        Run run;
        RunBatch run_batch{};  ///< only for items with is_batch
        Release release;
        Prefetch prefetch = nullptr;
        /// Runs tasks instead of threads of the pool's own; at most `threads` are out at once.
        std::function<void(std::function<void()>)> executor;
        Adopt adopt;  ///< needed only if `run` can answer `deferred`
    };

    WorkerPool(Options options, std::shared_ptr<Inbox> inbox);
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Lets idle threads end. Handlers that still run keep what they need; their records are freed
    /// when they return.
    ~WorkerPool();

    /// Owner: queues the items, in order.
    void start(std::span<const WorkItem> items);

    /// Owner: what has not started of these partitions comes back as unstarted.
    void recall(std::span<const PartitionIndex> partitions);

    /// Owner, every millisecond or so while it returns true: what a worker has taken beside a
    /// handler that does not end soon goes back to the others, what it has finished is reported,
    /// and work that waits gets a worker that sleeps.
    bool rescue(Instant now);

    /// Handlers that run right now.
    [[nodiscard]] std::uint32_t running() const;
    /// Most that ever ran at once.
    [[nodiscard]] std::uint32_t running_peak() const;

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace odradek
