#include "scenarios/token_timer.h"

#include "engine/runtime/steady_clock.h"

#include <utility>

namespace odradek::scenarios {

TokenTimer::TokenTimer() : thread_([this](const std::stop_token& stop) { work(stop); }) {}

void TokenTimer::run_after(Duration delay, Task task) {
    {
        const std::lock_guard lock{mutex_};
        tasks_.emplace(steady_now() + delay, std::move(task));
    }
    changed_.notify_one();
}

void TokenTimer::work(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    while (!stop.stop_requested()) {
        const Instant now = steady_now();
        if (tasks_.empty()) {
            changed_.wait(lock, stop, [this] { return !tasks_.empty(); });
        } else if (now < tasks_.begin()->first) {
            const Instant due = tasks_.begin()->first;
            changed_.wait_for(lock, stop, due - now, [&] { return tasks_.begin()->first < due; });
        } else {
            Task task = std::move(tasks_.extract(tasks_.begin()).mapped());
            lock.unlock();
            task();
            task = {};
            lock.lock();
        }
    }
}

}  // namespace odradek::scenarios
