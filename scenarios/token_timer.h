#pragma once

#include "odradek/clock.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace odradek::scenarios {

/// One thread that runs things later: what finishes the completion tokens of a member on a real
/// cluster.
class TokenTimer {
public:
    using Task = std::move_only_function<void()>;

    TokenTimer();

    /// Any thread. What is not due when the timer ends is destroyed without being run.
    void run_after(Duration delay, Task task);

private:
    void work(const std::stop_token& stop);

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::multimap<Instant, Task> tasks_;  // under mutex_
    std::jthread thread_;
};

}  // namespace odradek::scenarios
