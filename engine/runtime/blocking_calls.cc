#include "engine/runtime/blocking_calls.h"

#include <utility>

namespace odradek {

BlockingCalls::BlockingCalls(std::shared_ptr<Inbox> inbox)
    : inbox_(std::move(inbox))
    , thread_([this](const std::stop_token& stop) { work(stop); }) {}

BlockingCalls::~BlockingCalls() {
    thread_.request_stop();
    thread_.join();
}

void BlockingCalls::start(std::function<Event()> call) {
    {
        const std::lock_guard lock{mutex_};
        calls_.push_back(std::move(call));
    }
    has_call_.notify_one();
}

void BlockingCalls::work(const std::stop_token& stop) {
    for (;;) {
        std::function<Event()> call;
        {
            std::unique_lock lock{mutex_};
            if (!has_call_.wait(lock, stop, [this] { return !calls_.empty(); })) return;
            call = std::move(calls_.front());
            calls_.pop_front();
        }
        if (stop.stop_requested()) return;
        inbox_->post(call());
    }
}

}  // namespace odradek
