#pragma once

#include "engine/core/event.h"

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace odradek {

/// Work whose handler answered "later" (DC-1): when each token expires, and tokens that ended
/// before the word came that their handler deferred.
class Deferrals {
public:
    /// `expiry` zero: tokens are awaited for ever.
    explicit Deferrals(Duration expiry) : expiry_(expiry) {}

    /// A token is awaited from now on. `is_open(WorkId)` tells of one that is awaited still: with
    /// it the queue stays below twice the open ones. Amortized O(1).
    template <typename IsOpen>
    void add(WorkId work, Instant now, std::size_t open, IsOpen is_open) {
        if (expiry_ <= Duration{0}) return;
        if (queue_.size() > 2 * open + spare) {
            std::erase_if(queue_, [&](const Entry& entry) { return !is_open(entry.work); });
        }
        queue_.push_back({now + expiry_, work});
    }

    /// Removes and returns the oldest work that is due; it may be awaited no more.
    [[nodiscard]] std::optional<WorkId> take_due(Instant now);

    /// Drops the oldest ones that are awaited no more, so that nobody wakes up for them.
    template <typename IsOpen>
    void drop_closed(IsOpen is_open) {
        while (!queue_.empty() && !is_open(queue_.front().work)) {
            queue_.pop_front();
        }
    }

    [[nodiscard]] std::optional<Instant> next_due() const;

    struct Early {
        FinishedToken token;
        std::string reason;
    };

    /// The token ended while its handler still runs, or while its answer is on the way.
    void keep_early(const FinishedToken& token, std::string reason);
    [[nodiscard]] std::optional<Early> take_early(WorkId work);
    [[nodiscard]] bool has_early() const { return !early_.empty(); }

private:
    struct Entry {
        Instant due_at;
        WorkId work;
    };
    static constexpr std::size_t spare = 1'024;

    Duration expiry_;
    std::deque<Entry> queue_;  // one expiry for all, so in the order of their time
    std::map<WorkId, Early> early_;
};

}  // namespace odradek
