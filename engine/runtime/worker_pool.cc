#include "engine/runtime/worker_pool.h"

#include "engine/runtime/steady_clock.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace odradek {

namespace {

/// A worker takes about as much work at a time as it finishes within this span.
constexpr Duration chunk_time = std::chrono::microseconds{50};
constexpr std::int64_t chunk_max = 128;

/// Answers are not held back longer than this while a chunk is worked on.
constexpr Duration answer_delay_max = std::chrono::microseconds{100};

/// A handler that runs for longer does not keep the work that its worker took with it.
constexpr Duration rescue_after = std::chrono::milliseconds{1};

/// What the end of the pool waits for its threads before it leaves them to themselves.
constexpr Duration exit_time_max = std::chrono::milliseconds{500};

/// A handler's recent speed, as one worker sees it.
class Speed {
public:
    void observe(Duration took) { average_ += (std::min(took, 64 * chunk_time) - average_) / 8; }

    [[nodiscard]] std::size_t chunk() const {
        const auto fitting = chunk_time / std::max(average_, Duration{1});
        return static_cast<std::size_t>(std::clamp<std::int64_t>(fitting, 1, chunk_max));
    }

private:
    Duration average_ = chunk_time;
};

}  // namespace

/// What one worker has taken and not run yet, and what it has not reported yet. Its lock is the
/// worker's own but for a recall or a rescue.
struct WorkerPool::Desk {
    std::mutex mutex;
    std::deque<WorkItem> items;  // under mutex
    Answers answers;             // under mutex
    Instant started_at;          // under mutex: of the handler that runs
    bool is_running = false;     // under mutex
};

struct WorkerPool::Shared {
    Options options;
    std::shared_ptr<Inbox> inbox;

    std::mutex mutex;
    std::condition_variable has_work;
    std::condition_variable has_exited;
    std::deque<WorkItem> queue;          // under mutex
    std::uint32_t idle = 0;              // under mutex
    std::size_t exited = 0;              // under mutex
    std::atomic<bool> is_ended = false;  // set under mutex
    std::atomic<std::uint32_t> running = 0;
    std::atomic<std::uint32_t> running_peak = 0;
    std::vector<std::unique_ptr<Desk>> desks;
    std::vector<std::thread> threads;  // owner

    void work(Desk& desk);
    bool take_chunk(std::size_t wanted, Desk& desk);
    void run_chunk(Desk& desk, Speed& speed);
    [[nodiscard]] std::optional<WorkItem> next_item(Desk& desk, Instant now);
    void finish(Desk& desk, const WorkItem& item, FinishedWork finished, std::string reason);
    void report(Desk& desk);
    void count_running();
};

WorkerPool::WorkerPool(Options options, std::shared_ptr<Inbox> inbox)
    : shared_(std::make_shared<Shared>()) {
    shared_->options = std::move(options);
    shared_->inbox = std::move(inbox);
    for (std::uint32_t thread = 0; thread < shared_->options.threads; ++thread) {
        shared_->desks.push_back(std::make_unique<Desk>());
    }
    for (const std::unique_ptr<Desk>& desk : shared_->desks) {
        shared_->threads.emplace_back([shared = shared_, desk = desk.get()] { shared->work(*desk); }
        );
    }
}

WorkerPool::~WorkerPool() {
    bool all_exited = false;
    {
        std::unique_lock lock{shared_->mutex};
        shared_->is_ended = true;
        shared_->has_work.notify_all();
        all_exited = shared_->has_exited.wait_for(lock, exit_time_max, [this] {
            return shared_->exited == shared_->threads.size();
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
    bool has_idle = false;
    {
        const std::lock_guard lock{shared_->mutex};
        shared_->queue.insert(shared_->queue.end(), items.begin(), items.end());
        has_idle = shared_->idle > 0;
    }
    if (has_idle) shared_->has_work.notify_one();  // who wakes up wakes the next
}

void WorkerPool::recall(std::span<const PartitionIndex> partitions) {
    Answers answers;
    const auto take_back = [&](std::deque<WorkItem>& items) {
        std::erase_if(items, [&](const WorkItem& item) {
            if (std::ranges::find(partitions, item.partition.partition) == partitions.end()) {
                return false;
            }
            answers.finished.push_back({.work = item.work, .result = WorkResult::unstarted});
            return true;
        });
    };
    {
        const std::lock_guard lock{shared_->mutex};
        take_back(shared_->queue);
    }
    for (const std::unique_ptr<Desk>& desk : shared_->desks) {
        const std::lock_guard lock{desk->mutex};
        take_back(desk->items);
    }
    if (!answers.is_empty()) shared_->inbox->post(answers);
}

bool WorkerPool::rescue(Instant now) {
    if (shared_->running.load() == 0) return false;
    bool is_watched = false;
    std::deque<WorkItem> freed;
    for (const std::unique_ptr<Desk>& desk : shared_->desks) {
        const std::lock_guard lock{desk->mutex};
        if (desk->items.empty() && desk->answers.is_empty()) continue;
        is_watched = true;
        if (!desk->is_running || now - desk->started_at < rescue_after) continue;
        if (!desk->answers.is_empty()) shared_->inbox->post(desk->answers);
        // The rest of the run must stay behind its head; what follows it is of other lanes.
        auto others = desk->items.begin();
        while (others != desk->items.end() && others->continues_run) {
            ++others;
        }
        freed.insert(freed.end(), others, desk->items.end());
        desk->items.erase(others, desk->items.end());
    }
    if (freed.empty()) return is_watched;
    {
        const std::lock_guard lock{shared_->mutex};
        shared_->queue.insert(shared_->queue.begin(), freed.begin(), freed.end());
    }
    shared_->has_work.notify_one();
    return true;
}

void WorkerPool::Shared::work(Desk& desk) {
    Speed speed;
    while (take_chunk(speed.chunk(), desk)) {
        count_running();
        run_chunk(desk, speed);
        running.fetch_sub(1);
    }
    const std::lock_guard lock{mutex};
    ++exited;
    has_exited.notify_all();
}

// Whole runs only, so that the records of a run stay with one worker and in order.
bool WorkerPool::Shared::take_chunk(std::size_t wanted, Desk& desk) {
    std::unique_lock lock{mutex};
    ++idle;
    has_work.wait(lock, [this] { return !queue.empty() || is_ended; });
    --idle;
    if (is_ended) return false;
    const std::size_t fair_share = queue.size() / options.threads + 1;
    const std::size_t count = std::min(wanted, fair_share);
    {
        const std::lock_guard desk_lock{desk.mutex};
        while (!queue.empty() && (desk.items.size() < count || queue.front().continues_run)) {
            desk.items.push_back(queue.front());
            queue.pop_front();
        }
    }
    const bool wakes_next = !queue.empty() && idle > 0;
    lock.unlock();
    if (wakes_next) has_work.notify_one();
    return true;
}

std::optional<WorkItem> WorkerPool::Shared::next_item(Desk& desk, Instant now) {
    const std::lock_guard lock{desk.mutex};
    if (is_ended) {
        for (const WorkItem& item : std::exchange(desk.items, {})) {
            options.release(item.record);
        }
    }
    desk.is_running = !desk.items.empty();
    if (!desk.is_running) return std::nullopt;
    const WorkItem item = desk.items.front();
    desk.items.pop_front();
    desk.started_at = now;
    return item;
}

void WorkerPool::Shared::run_chunk(Desk& desk, Speed& speed) {
    Instant now = steady_now();
    Instant reported_at = now;
    while (const std::optional<WorkItem> item = next_item(desk, now)) {
        FinishedWork finished{.work = item->work};
        std::string reason;
        finished.result = options.run(*item, finished.retry_delay, reason);
        const Instant ended = steady_now();
        finished.took = ended - now;
        speed.observe(finished.took);
        now = ended;
        finish(desk, *item, finished, std::move(reason));
        if (now - reported_at < answer_delay_max) continue;
        report(desk);
        reported_at = now;
    }
    report(desk);
}

void WorkerPool::Shared::report(Desk& desk) {
    const std::lock_guard lock{desk.mutex};
    if (!desk.answers.is_empty()) inbox->post(desk.answers);
}

void WorkerPool::Shared::finish(
    Desk& desk, const WorkItem& item, FinishedWork finished, std::string reason
) {
    if (is_ended) {
        options.release(item.record);
        return;
    }
    const std::lock_guard lock{desk.mutex};
    const bool run_is_over = finished.result != WorkResult::done;
    desk.answers.finished.push_back(finished);
    if (!reason.empty()) desk.answers.reasons.push_back({item.work, std::move(reason)});
    while (run_is_over && !desk.items.empty() && desk.items.front().continues_run) {
        desk.answers.finished.push_back(
            {.work = desk.items.front().work, .result = WorkResult::unstarted}
        );
        desk.items.pop_front();
    }
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
