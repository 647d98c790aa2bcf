#pragma once

#include "engine/runtime/inbox.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace odradek {

/// One thread beside the owner for client calls that block; each comes back as an event.
class BlockingCalls {
public:
    explicit BlockingCalls(std::shared_ptr<Inbox> inbox);
    BlockingCalls(const BlockingCalls&) = delete;
    BlockingCalls& operator=(const BlockingCalls&) = delete;

    /// Waits for the call that runs; those that wait are dropped.
    ~BlockingCalls();

    void start(std::function<Event()> call);

private:
    void work(const std::stop_token& stop);

    std::shared_ptr<Inbox> inbox_;
    std::mutex mutex_;
    std::condition_variable_any has_call_;
    std::deque<std::function<Event()>> calls_;  // under mutex_
    std::jthread thread_;
};

}  // namespace odradek
