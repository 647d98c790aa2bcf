#pragma once

#include "engine/core/event.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace odradek {

/// Held work by due time; equal times keep the order in which they came. Entries never change; one
/// whose work has gone elsewhere is skipped by whoever takes it.
class RetryQueue {
public:
    void add(WorkId work, Instant due_at);

    /// Removes and returns the earliest work that is due.
    [[nodiscard]] std::optional<WorkId> take_due(Instant now);

    [[nodiscard]] std::optional<Instant> next_due() const;

    /// Forgets every entry for which `is_gone(WorkId)`; keeps the queue no longer than the live
    /// records after a revoke. O(n).
    template <typename Predicate>
    void forget_if(Predicate is_gone) {
        std::erase_if(entries_, [&](const Entry& entry) { return is_gone(entry.work); });
        restore_heap();
    }

    [[nodiscard]] std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        Instant due_at;
        std::uint64_t order = 0;
        WorkId work;
    };

    [[nodiscard]] static bool is_later(const Entry& one, const Entry& other);
    void restore_heap();

    std::vector<Entry> entries_;  // a heap, earliest at the front
    std::uint64_t added_ = 0;
};

}  // namespace odradek
