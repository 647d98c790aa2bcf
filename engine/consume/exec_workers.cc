#include "engine/consume/exec_workers.h"

#include "engine/consume/answer.h"
#include "engine/consume/record_json.h"
#include "engine/consume/worker_process.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

namespace odradek::consume {

namespace {

using SteadyClock = std::chrono::steady_clock;
using Worker = std::unique_ptr<WorkerProcess>;

constexpr Duration first_pause = std::chrono::milliseconds{100};
constexpr Duration longest_pause = std::chrono::seconds{5};

/// How long a command that does not exist takes to say so.
constexpr Duration first_look = std::chrono::milliseconds{100};

/// What a shell answers for a command that it cannot find or run.
bool cannot_be_run(const WorkerFailure& failure) {
    return failure.exit_code == 126 || failure.exit_code == 127;
}

}  // namespace

struct ExecWorkers::State {
    explicit State(Options wanted) : options(std::move(wanted)) {}

    Options options;
    std::mutex mutex;
    std::condition_variable changed;
    bool is_stopping = false;
    std::vector<Worker> idle;
    std::vector<WorkerProcess*> busy;
    Duration pause{0};  // before the next start
    SteadyClock::time_point may_start_at;

    /// A worker to ask; null when the program stops.
    Worker take();
    /// A new one; null when none can be made now.
    Worker start();
    void give_back(Worker worker);
    void discard(Worker worker);
    void slow_down();  // under mutex
};

std::expected<ExecWorkers, std::string> ExecWorkers::open(Options options) {
    auto state = std::make_unique<State>(std::move(options));
    auto first = WorkerProcess::start(state->options.command);
    if (!first) return std::unexpected(std::move(first.error()));
    if (const auto ended = first->wait_for_death(first_look); ended && cannot_be_run(*ended)) {
        return std::unexpected(
            "the command '" + state->options.command + "' cannot be run: " + ended->what
        );
    }
    state->idle.push_back(std::make_unique<WorkerProcess>(std::move(*first)));
    return ExecWorkers{std::move(state)};
}

ExecWorkers::ExecWorkers(std::unique_ptr<State> state) : state_(std::move(state)) {}
ExecWorkers::ExecWorkers(ExecWorkers&&) noexcept = default;
ExecWorkers& ExecWorkers::operator=(ExecWorkers&&) noexcept = default;
ExecWorkers::~ExecWorkers() = default;

Worker ExecWorkers::State::start() {
    auto started = WorkerProcess::start(options.command);
    if (started) return std::make_unique<WorkerProcess>(std::move(*started));
    options.report(started.error());
    const std::lock_guard lock{mutex};
    slow_down();
    return nullptr;
}

Worker ExecWorkers::State::take() {
    std::unique_lock lock{mutex};
    while (!is_stopping) {
        Worker worker;
        if (!idle.empty()) {
            worker = std::move(idle.back());
            idle.pop_back();
            if (worker->is_useless()) {
                slow_down();
                lock.unlock();
                options.report("a worker ended, or wrote something, between two records");
                worker.reset();
                lock.lock();
                continue;
            }
        } else if (SteadyClock::now() < may_start_at) {
            changed.wait_until(lock, may_start_at);
            continue;
        } else {
            lock.unlock();
            worker = start();
            lock.lock();
        }
        if (worker == nullptr) continue;
        busy.push_back(worker.get());
        return worker;
    }
    return nullptr;
}

void ExecWorkers::State::slow_down() {
    pause = std::clamp(2 * pause, first_pause, longest_pause);
    may_start_at = SteadyClock::now() + pause;
}

void ExecWorkers::State::give_back(Worker worker) {
    const std::lock_guard lock{mutex};
    std::erase(busy, worker.get());
    pause = Duration{0};
    idle.push_back(std::move(worker));
    changed.notify_one();
}

void ExecWorkers::State::discard(Worker worker) {
    const std::lock_guard lock{mutex};
    std::erase(busy, worker.get());
    if (!worker->has_answered()) slow_down();
}

Outcome ExecWorkers::run(const RecordContext& context) {
    State& state = *state_;
    std::string line;
    append_record_json(context, line);
    line += '\n';
    Worker worker = state.take();
    if (worker == nullptr) return Outcome::retry(Duration{0}, "the program stops");
    const auto answer = worker->ask(line, state.options.answer_within);
    auto outcome = answer ? parse_answer(*answer) : std::unexpected(answer.error().what);
    if (outcome) {
        state.give_back(std::move(worker));
        return std::move(*outcome);
    }
    state.discard(std::move(worker));
    return Outcome::retry(std::move(outcome.error()));
}

void ExecWorkers::stop(Duration limit) {
    std::vector<Worker> resting;
    {
        const std::lock_guard lock{state_->mutex};
        state_->is_stopping = true;
        for (WorkerProcess* worker : state_->busy) {
            worker->interrupt();
        }
        resting.swap(state_->idle);
        state_->changed.notify_all();
    }
    for (const Worker& worker : resting) {
        worker->close_input();
    }
    const SteadyClock::time_point until = SteadyClock::now() + limit;
    for (const Worker& worker : resting) {
        const Duration left = until - SteadyClock::now();
        static_cast<void>(worker->wait_for_death(std::max(left, Duration{0})));
    }
}

}  // namespace odradek::consume
