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

struct WorkerPool::Shared {
    Options options;
    std::shared_ptr<Inbox> inbox;

    std::mutex mutex;
    std::condition_variable has_work;
    std::condition_variable has_exited;
    std::deque<WorkItem> queue;           // under mutex
    std::vector<std::uint32_t> recalled;  // under mutex: number of the latest recall, by partition
    std::uint32_t idle = 0;               // under mutex
    std::size_t exited = 0;               // under mutex
    std::atomic<bool> is_ended = false;   // set under mutex
    std::atomic<std::uint32_t> recalls = 0;  // written under mutex
    std::atomic<std::uint32_t> running = 0;
    std::atomic<std::uint32_t> running_peak = 0;
    std::vector<std::thread> threads;  // owner

    void work();
    bool take_chunk(std::size_t wanted, std::vector<WorkItem>& chunk, std::uint32_t& recalls_then);
    void run_chunk(const std::vector<WorkItem>& chunk, std::uint32_t recalls_then, Speed& speed);
    Instant run_item(
        const WorkItem& item, Instant started, FinishedWork& finished, Answers& answers
    );
    void answer(Answers& answers, std::span<const WorkItem> items);
    [[nodiscard]] bool is_recalled(const WorkItem& item, std::uint32_t recalls_then);
    void count_running();
};

WorkerPool::WorkerPool(Options options, std::shared_ptr<Inbox> inbox)
    : shared_(std::make_shared<Shared>()) {
    shared_->options = std::move(options);
    shared_->inbox = std::move(inbox);
    for (std::uint32_t thread = 0; thread < shared_->options.threads; ++thread) {
        shared_->threads.emplace_back([shared = shared_] { shared->work(); });
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
    {
        const std::lock_guard lock{shared_->mutex};
        const auto is_wanted = [&](const WorkItem& item) {
            return std::ranges::find(partitions, item.partition.partition) != partitions.end();
        };
        std::erase_if(shared_->queue, [&](const WorkItem& item) {
            if (!is_wanted(item)) return false;
            answers.finished.push_back({.work = item.work, .result = WorkResult::unstarted});
            return true;
        });
        const std::uint32_t number = shared_->recalls.load() + 1;
        for (const PartitionIndex partition : partitions) {
            if (partition.value() >= shared_->recalled.size()) {
                shared_->recalled.resize(partition.value() + 1);
            }
            shared_->recalled[partition.value()] = number;
        }
        shared_->recalls.store(number);
    }
    if (!answers.is_empty()) shared_->inbox->post(answers);
}

void WorkerPool::Shared::work() {
    Speed speed;
    std::vector<WorkItem> chunk;
    std::uint32_t recalls_then = 0;
    while (take_chunk(speed.chunk(), chunk, recalls_then)) {
        run_chunk(chunk, recalls_then, speed);
    }
    const std::lock_guard lock{mutex};
    ++exited;
    has_exited.notify_all();
}

// Whole runs only, so that the records of a run stay with one worker and in order.
bool WorkerPool::Shared::take_chunk(
    std::size_t wanted, std::vector<WorkItem>& chunk, std::uint32_t& recalls_then
) {
    chunk.clear();
    std::unique_lock lock{mutex};
    ++idle;
    has_work.wait(lock, [this] { return !queue.empty() || is_ended; });
    --idle;
    if (is_ended) return false;
    const std::size_t fair_share = queue.size() / options.threads + 1;
    const std::size_t count = std::min(wanted, fair_share);
    while (!queue.empty() && (chunk.size() < count || queue.front().continues_run)) {
        chunk.push_back(queue.front());
        queue.pop_front();
    }
    recalls_then = recalls.load();
    const bool wakes_next = !queue.empty() && idle > 0;
    lock.unlock();
    if (wakes_next) has_work.notify_one();
    return true;
}

bool WorkerPool::Shared::is_recalled(const WorkItem& item, std::uint32_t recalls_then) {
    if (recalls.load(std::memory_order_relaxed) == recalls_then) return false;
    const std::lock_guard lock{mutex};
    const std::size_t at = item.partition.partition.value();
    return at < recalled.size() && recalled[at] > recalls_then;
}

void WorkerPool::Shared::run_chunk(
    const std::vector<WorkItem>& chunk, std::uint32_t recalls_then, Speed& speed
) {
    Answers answers;
    count_running();
    Instant now = steady_now();
    Instant answered_at = now;
    std::size_t unanswered = 0;
    bool run_goes_on = true;
    for (std::size_t at = 0; at < chunk.size(); ++at) {
        const WorkItem& item = chunk[at];
        run_goes_on = run_goes_on || !item.continues_run;
        FinishedWork& finished = answers.finished.emplace_back(FinishedWork{.work = item.work});
        if (!run_goes_on || is_recalled(item, recalls_then)) {
            finished.result = WorkResult::unstarted;
            run_goes_on = false;
        } else {
            now = run_item(item, now, finished, answers);
            speed.observe(answers.finished.back().took);
            run_goes_on = answers.finished.back().result == WorkResult::done;
        }
        if (now - answered_at >= answer_delay_max && at + 1 < chunk.size()) {
            answer(answers, std::span{chunk}.subspan(unanswered, at + 1 - unanswered));
            unanswered = at + 1;
            answered_at = now;
        }
    }
    running.fetch_sub(1);
    answer(answers, std::span{chunk}.subspan(unanswered));
}

Instant WorkerPool::Shared::run_item(
    const WorkItem& item, Instant started, FinishedWork& finished, Answers& answers
) {
    std::string reason;
    finished.result = options.run(item, finished.retry_delay, reason);
    const Instant ended = steady_now();
    finished.took = ended - started;
    if (!reason.empty()) answers.reasons.push_back({item.work, std::move(reason)});
    return ended;
}

void WorkerPool::Shared::answer(Answers& answers, std::span<const WorkItem> items) {
    if (is_ended) {
        for (const WorkItem& item : items) {
            options.release(item.record);
        }
        answers.clear();
        return;
    }
    inbox->post(answers);
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
