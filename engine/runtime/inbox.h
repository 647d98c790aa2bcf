#pragma once

#include "odradek/clock.h"

#include "engine/core/event.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace odradek {

/// What a batch of handlers and completion tokens answered.
struct Answers {
    std::vector<FinishedWork> finished;
    std::vector<FailureReason> reasons;
    std::vector<FinishedToken> tokens;
    std::vector<FailureReason> token_reasons;

    [[nodiscard]] bool is_empty() const { return finished.empty() && tokens.empty(); }
    void clear() {
        finished.clear();
        reasons.clear();
        tokens.clear();
        token_reasons.clear();
    }
};

/// Everything that other threads tell the owner of the core: many writers, one reader.
///
/// The lock is held for an append or a swap only. A writer wakes the reader through an eventfd,
/// which librdkafka's queues write to as well, so the reader sleeps in one place.
class Inbox {
public:
    Inbox();
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;
    ~Inbox();

    /// Any thread. Takes the work that `answers` holds and leaves it empty.
    void post(Answers& answers);
    void post(const FinishedToken& token, std::string reason);
    void post(Event event);

    /// Any thread. Copies `finished`, takes `reasons` and leaves it empty.
    void post(std::span<const FinishedWork> finished, std::vector<FailureReason>& reasons);

    /// Owner: takes everything that has come. False when there was nothing.
    bool take(Answers& answers, std::vector<Event>& events);

    /// Owner: sleeps until something comes, at most until `until`.
    void wait(Instant now, Instant until);

    /// The eventfd, for librdkafka's queues.
    [[nodiscard]] int file() const { return file_; }

private:
    void wake();

    int file_;
    std::atomic<bool> is_sleeping_ = false;
    std::mutex mutex_;
    Answers answers_;            // under mutex_
    std::vector<Event> events_;  // under mutex_
};

}  // namespace odradek
