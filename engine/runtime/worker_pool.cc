#include "engine/runtime/worker_pool.h"

#include "engine/runtime/steady_clock.h"
#include "engine/runtime/work_desk.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include <pthread.h>

namespace odradek {

namespace {

/// A worker takes about as much work at a time as it finishes within this span; another one is
/// woken for that much.
constexpr Duration chunk_time = std::chrono::microseconds{50};
constexpr std::int64_t chunk_max = 512;

/// Answers are not held back longer than this while a chunk is worked on.
constexpr Duration answer_delay_max = std::chrono::microseconds{100};

/// A handler that runs for longer does not keep the work that its worker took with it.
constexpr Duration rescue_after = std::chrono::milliseconds{1};

/// What the end of the pool waits for its threads before it leaves them to themselves.
constexpr Duration exit_time_max = std::chrono::milliseconds{500};

/// Records that are fetched into the cache ahead of the one that runs.
constexpr std::size_t prefetch_ahead = 4;

/// The handlers' recent speed, as one worker sees it.
class Speed {
public:
    void observe(Duration took) { average_ += (std::min(took, 64 * chunk_time) - average_) / 8; }

    [[nodiscard]] Duration average() const { return average_; }

    [[nodiscard]] std::size_t chunk() const {
        const auto fitting = chunk_time / std::max(average_, Duration{1});
        return static_cast<std::size_t>(std::clamp<std::int64_t>(fitting, 1, chunk_max));
    }

private:
    Duration average_ = chunk_time;
};

/// Work in its order: pushed behind, taken in front, seldom put back in front.
class WorkQueue {
public:
    [[nodiscard]] bool is_empty() const { return head_ == items_.size(); }
    [[nodiscard]] std::size_t size() const { return items_.size() - head_; }

    void push(std::span<const WorkItem> items) {
        if (head_ > items_.size() / 2) drop_taken();
        items_.insert(items_.end(), items.begin(), items.end());
    }

    void put_back(std::span<const WorkItem> items) {
        drop_taken();
        items_.insert(items_.begin(), items.begin(), items.end());
    }

    /// Takes about `count` items: whole runs only, so that the records of a run stay with one
    /// worker and in order.
    void take(std::size_t count, std::vector<WorkItem>& into) {
        std::size_t end = std::min(head_ + count, items_.size());
        while (end < items_.size() && items_[end].continues_run) {
            ++end;
        }
        into.insert(into.end(), begin_of(head_), begin_of(end));
        head_ = end;
        if (is_empty()) drop_taken();
    }

    void recall(std::span<const PartitionIndex> partitions, Answers& answers) {
        drop_taken();
        std::erase_if(items_, [&](const WorkItem& item) {
            if (std::ranges::find(partitions, item.partition.partition) == partitions.end()) {
                return false;
            }
            answers.finished.push_back({.work = item.work, .result = WorkResult::unstarted});
            return true;
        });
    }

private:
    [[nodiscard]] std::vector<WorkItem>::iterator begin_of(std::size_t at) {
        return items_.begin() + static_cast<std::ptrdiff_t>(at);
    }
    void drop_taken() {
        items_.erase(items_.begin(), begin_of(head_));
        head_ = 0;
    }

    std::vector<WorkItem> items_;
    std::size_t head_ = 0;  // those in front of it are taken
};

}  // namespace

struct WorkerPool::Shared : std::enable_shared_from_this<Shared> {
    Options options;
    std::shared_ptr<Inbox> inbox;

    std::mutex mutex;
    std::condition_variable has_work;
    std::condition_variable has_exited;
    WorkQueue queue;                     // under mutex
    std::uint32_t idle = 0;              // under mutex
    std::size_t exited = 0;              // under mutex
    Duration average = chunk_time;       // under mutex: of a handler, over all workers
    std::atomic<bool> is_ended = false;  // set under mutex
    std::atomic<std::uint32_t> running = 0;
    std::atomic<std::uint32_t> running_peak = 0;
    std::vector<std::unique_ptr<WorkDesk>> desks;
    std::vector<std::thread> threads;  // owner; none where there is an executor
    std::vector<WorkDesk*> free;       // under mutex: those without a task, with an executor

    void work(WorkDesk& desk);
    bool take_chunk(Speed& speed, WorkDesk& desk);
    void run_chunk(WorkDesk& desk, Speed& speed, bool& run_is_over);
    void run_batch(WorkDesk& desk, const WorkItem& head, Speed& speed, Instant& now);
    void prefetch(const WorkDesk& desk) const;
    void count_running();
    void wake_one();

    // Under mutex:
    [[nodiscard]] bool wait_for_work(std::unique_lock<std::mutex>& lock, WorkDesk& desk);
    [[nodiscard]] bool have_all_exited() const;
    [[nodiscard]] Duration queued_time() const;  ///< of one worker alone
    [[nodiscard]] bool wants_another() const;    ///< a sleeping worker should be woken
    [[nodiscard]] std::size_t fair_share() const;
};

WorkerPool::WorkerPool(Options options, std::shared_ptr<Inbox> inbox)
    : shared_(std::make_shared<Shared>()) {
    shared_->options = std::move(options);
    shared_->inbox = std::move(inbox);
    for (std::uint32_t thread = 0; thread < shared_->options.threads; ++thread) {
        shared_->desks.push_back(std::make_unique<WorkDesk>());
    }
    if (shared_->options.executor) {
        for (const std::unique_ptr<WorkDesk>& desk : shared_->desks) {
            shared_->free.push_back(desk.get());
        }
        shared_->idle = shared_->options.threads;
        return;
    }
    for (const std::unique_ptr<WorkDesk>& desk : shared_->desks) {
        shared_->threads.emplace_back([shared = shared_, desk = desk.get()] { shared->work(*desk); }
        );
        pthread_setname_np(shared_->threads.back().native_handle(), "odradek-worker");
    }
}

WorkerPool::~WorkerPool() {
    bool all_exited = false;
    {
        std::unique_lock lock{shared_->mutex};
        shared_->is_ended = true;
        shared_->has_work.notify_all();
        all_exited = shared_->has_exited.wait_for(lock, exit_time_max, [this] {
            return shared_->have_all_exited();
        });
    }
    // A handler may hang for ever and nobody can end its thread: it keeps its share of the state.
    for (std::thread& thread : shared_->threads) {
        if (all_exited) {
            thread.join();
        } else {
            thread.detach();
        }
    }
}

void WorkerPool::start(std::span<const WorkItem> items) {
    if (items.empty()) return;
    bool wakes = false;
    {
        const std::lock_guard lock{shared_->mutex};
        // Who is awake may hang in a slow handler: new work never waits for that.
        wakes = (shared_->queue.is_empty() && shared_->idle > 0);
        shared_->queue.push(items);
        wakes = wakes || shared_->wants_another();
    }
    if (wakes) shared_->wake_one();  // who wakes up wakes the next
}

void WorkerPool::recall(std::span<const PartitionIndex> partitions) {
    Answers answers;
    {
        const std::lock_guard lock{shared_->mutex};
        shared_->queue.recall(partitions, answers);
    }
    for (const std::unique_ptr<WorkDesk>& desk : shared_->desks) {
        desk->recall(partitions, answers);
    }
    if (!answers.is_empty()) shared_->inbox->post(answers);
}

bool WorkerPool::rescue(Instant now) {
    if (shared_->running.load() == 0) return false;
    bool is_watched = false;
    bool was_wrong = false;
    std::vector<WorkItem> freed;
    for (const std::unique_ptr<WorkDesk>& desk : shared_->desks) {
        const bool is_laden = desk->is_laden();
        is_watched = is_watched || is_laden;
        if (!desk->runs_longer_than(rescue_after, now)) continue;
        was_wrong = true;
        if (!is_laden) continue;
        desk->report(*shared_->inbox);
        desk->take_open(freed);
    }
    bool wakes = false;
    {
        const std::lock_guard lock{shared_->mutex};
        if (!freed.empty()) shared_->queue.put_back(freed);
        if (was_wrong) shared_->average = std::max(shared_->average, chunk_time);
        wakes = shared_->wants_another();
        is_watched = is_watched || (!shared_->queue.is_empty() && shared_->idle > 0);
    }
    if (wakes) shared_->wake_one();
    return is_watched;
}

Duration WorkerPool::Shared::queued_time() const {
    return static_cast<std::int64_t>(queue.size()) * average;
}

// Workers that are awake come back within the time of a chunk, unless their handlers are slow.
bool WorkerPool::Shared::wants_another() const {
    if (queue.is_empty() || idle == 0) return false;
    return average >= chunk_time || queued_time() > (options.threads - idle) * chunk_time;
}

// So much that everybody whom it is worth waking has something to do.
std::size_t WorkerPool::Shared::fair_share() const {
    const std::int64_t sharers =
        std::clamp<std::int64_t>(queued_time() / chunk_time, 1, options.threads);
    return queue.size() / static_cast<std::size_t>(sharers) + 1;
}

void WorkerPool::Shared::work(WorkDesk& desk) {
    Speed speed;
    while (take_chunk(speed, desk)) {
        count_running();
        bool run_is_over = false;  // a record of the run was not done: the rest goes back
        do {
            run_chunk(desk, speed, run_is_over);
        } while (!desk.settle(*inbox));
        running.fetch_sub(1);
    }
    if (options.executor) return;
    const std::lock_guard lock{mutex};
    ++exited;
    has_exited.notify_all();
}

bool WorkerPool::Shared::have_all_exited() const {
    return options.executor ? free.size() == desks.size() : exited == threads.size();
}

void WorkerPool::Shared::wake_one() {
    if (!options.executor) {
        has_work.notify_one();
        return;
    }
    WorkDesk* desk = nullptr;
    {
        const std::lock_guard lock{mutex};
        if (free.empty() || queue.is_empty() || is_ended) return;
        desk = free.back();
        free.pop_back();
        --idle;
    }
    options.executor([self = shared_from_this(), desk] { self->work(*desk); });
}

// A thread sleeps until there is work; a task of the executor ends when there is none.
bool WorkerPool::Shared::wait_for_work(std::unique_lock<std::mutex>& lock, WorkDesk& desk) {
    if (!options.executor) {
        ++idle;
        has_work.wait(lock, [this] { return !queue.is_empty() || is_ended; });
        --idle;
        return !is_ended;
    }
    if (!queue.is_empty() && !is_ended) return true;
    ++idle;
    free.push_back(&desk);
    has_exited.notify_all();
    return false;
}

bool WorkerPool::Shared::take_chunk(Speed& speed, WorkDesk& desk) {
    std::unique_lock lock{mutex};
    average += (speed.average() - average) / 4;
    if (!wait_for_work(lock, desk)) return false;
    const std::size_t count = std::min(speed.chunk(), fair_share());
    desk.refill([&](std::vector<WorkItem>& items) { queue.take(count, items); });
    const bool wakes_next = wants_another();
    lock.unlock();
    if (wakes_next) wake_one();
    return true;
}

void WorkerPool::Shared::run_chunk(WorkDesk& desk, Speed& speed, bool& run_is_over) {
    Instant now = steady_now();
    Instant reported_at = now;
    while (const std::optional<WorkItem> item = desk.claim(now)) {
        run_is_over = run_is_over && item->continues_run;
        if (is_ended) {
            options.release(item->record);
            continue;
        }
        if (item->is_batch) {
            run_batch(desk, *item, speed, now);
            continue;
        }
        prefetch(desk);
        FinishedWork finished{.work = item->work, .result = WorkResult::unstarted};
        if (run_is_over) {
            desk.finish(finished, {});
            continue;
        }
        std::string reason;
        finished.result = options.run(*item, finished.retry_delay, reason);
        run_is_over = finished.result != WorkResult::done;
        const Instant ended = steady_now();
        finished.took = ended - now;
        speed.observe(finished.took);
        now = ended;
        if (is_ended) {
            if (finished.result == WorkResult::deferred) {
                options.adopt(item->work, item->record);
            } else {
                options.release(item->record);
            }
            continue;
        }
        desk.finish(finished, std::move(reason));
        if (now - reported_at < answer_delay_max) continue;
        desk.report(*inbox);
        reported_at = now;
    }
}

// One call for all of it. What a recall has taken back meanwhile is not in it any more.
void WorkerPool::Shared::run_batch(
    WorkDesk& desk, const WorkItem& head, Speed& speed, Instant& now
) {
    std::vector<WorkItem> items{head};
    desk.claim_rest(items);
    Answers answers;
    options.run_batch(items, answers);
    const Instant ended = steady_now();
    const Duration each = (ended - now) / static_cast<std::int64_t>(items.size());
    now = ended;
    speed.observe(each);
    if (is_ended) {
        for (const WorkItem& item : items) {
            options.release(item.record);
        }
        return;
    }
    auto reason = answers.reasons.begin();
    for (FinishedWork& finished : answers.finished) {
        finished.took = each;
        const bool has_reason = reason != answers.reasons.end() && reason->work == finished.work;
        desk.finish(finished, has_reason ? std::move((reason++)->text) : std::string{});
    }
    desk.report(*inbox);
}

void WorkerPool::Shared::prefetch(const WorkDesk& desk) const {
    if (options.prefetch == nullptr) return;
    const std::size_t at = desk.claimed() + prefetch_ahead;
    if (at < desk.upcoming().size()) options.prefetch(desk.upcoming()[at]);
}

void WorkerPool::Shared::count_running() {
    const std::uint32_t now_running = running.fetch_add(1) + 1;
    std::uint32_t peak = running_peak.load();
    while (peak < now_running && !running_peak.compare_exchange_weak(peak, now_running)) {
    }
}

std::uint32_t WorkerPool::running() const {
    return shared_->running.load();
}
std::uint32_t WorkerPool::running_peak() const {
    return shared_->running_peak.load();
}

}  // namespace odradek
