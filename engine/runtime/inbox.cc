#include "engine/runtime/inbox.h"

#include "odradek/contract.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace odradek {

Inbox::Inbox() : file_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    expects(file_ >= 0);
}

Inbox::~Inbox() {
    ::close(file_);
}

void Inbox::post(Answers& answers) {
    {
        const std::lock_guard lock{mutex_};
        if (answers_.is_empty()) {
            std::swap(answers_, answers);
        } else {
            answers_.finished.insert(
                answers_.finished.end(), answers.finished.begin(), answers.finished.end()
            );
            std::ranges::move(answers.reasons, std::back_inserter(answers_.reasons));
        }
    }
    answers.clear();
    wake();
}

void Inbox::post(std::span<const FinishedWork> finished, std::vector<FailureReason>& reasons) {
    {
        const std::lock_guard lock{mutex_};
        answers_.finished.insert(answers_.finished.end(), finished.begin(), finished.end());
        std::ranges::move(reasons, std::back_inserter(answers_.reasons));
    }
    reasons.clear();
    wake();
}

void Inbox::post(const FinishedToken& token, std::string reason) {
    {
        const std::lock_guard lock{mutex_};
        answers_.tokens.push_back(token);
        if (!reason.empty()) answers_.token_reasons.push_back({token.work, std::move(reason)});
    }
    wake();
}

void Inbox::post(Event event) {
    {
        const std::lock_guard lock{mutex_};
        events_.push_back(std::move(event));
    }
    wake();
}

void Inbox::wake() {
    if (!is_sleeping_.load(std::memory_order_seq_cst)) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(file_, &one, sizeof one);
}

bool Inbox::take(Answers& answers, std::vector<Event>& events) {
    answers.clear();
    events.clear();
    const std::lock_guard lock{mutex_};
    std::swap(answers, answers_);
    std::swap(events, events_);
    return !answers.is_empty() || !events.empty();
}

void Inbox::wait(Instant now, Instant until) {
    if (until <= now) return;
    is_sleeping_.store(true, std::memory_order_seq_cst);
    bool is_empty = false;
    {
        const std::lock_guard lock{mutex_};
        is_empty = answers_.is_empty() && events_.empty();
    }
    if (is_empty) {
        const std::int64_t span = (until - now).count();
        const timespec limit{.tv_sec = span / 1'000'000'000, .tv_nsec = span % 1'000'000'000};
        pollfd entry{.fd = file_, .events = POLLIN, .revents = 0};
        ppoll(&entry, 1, &limit, nullptr);
    }
    is_sleeping_.store(false, std::memory_order_seq_cst);
    std::uint64_t drained = 0;
    [[maybe_unused]] const ssize_t size = ::read(file_, &drained, sizeof drained);
}

}  // namespace odradek
