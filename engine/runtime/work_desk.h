#pragma once

#include "odradek/clock.h"

#include "engine/core/effect.h"
#include "engine/runtime/inbox.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace odradek {

/// What one worker has taken and not run yet, and what it has finished and not reported yet.
///
/// Between two refills the worker needs no lock: it claims its next item by one atomic step, and
/// only writes answers behind those that are there. Others come rarely, under the lock, and take
/// back what is not claimed.
///
///   items     claimed │ open │          answers   reported │ finished │ room for the rest
///                     begin  end                           reported_  finished_end_
class WorkDesk {
public:
    /// Worker: the next item, which starts now. Empty: nothing is left.
    [[nodiscard]] std::optional<WorkItem> claim(Instant now);

    /// Worker: the rest of the batch whose head was claimed last, behind it.
    void claim_rest(std::vector<WorkItem>& batch);

    /// Worker: what became of the item claimed last.
    void finish(const FinishedWork& finished, std::string reason);

    /// Worker, when claim() found nothing: reports what is finished. True when really nothing is
    /// left; false when a recall has just put something back.
    [[nodiscard]] bool settle(Inbox& inbox);

    /// Worker, after settle(): `fill` appends the next items to an empty list.
    template <typename Fill>
    void refill(Fill fill) {
        const std::lock_guard lock{mutex_};
        items_.clear();
        fill(items_);
        open_all();
    }

    /// Any thread: posts what is finished and not reported.
    void report(Inbox& inbox);

    /// Owner: takes back the open items of these partitions, as unstarted answers.
    void recall(std::span<const PartitionIndex> partitions, Answers& answers);

    /// Owner: whether the handler that runs began more than `span` ago.
    [[nodiscard]] bool runs_longer_than(Duration span, Instant now) const;

    /// Owner: takes back the open items but those of the run that has begun, which must stay behind
    /// its head. Returns how many.
    std::size_t take_open(std::vector<WorkItem>& taken);

    /// There are open items, or answers that are not reported.
    [[nodiscard]] bool is_laden();

    /// The worker's own view of what it took last; some of it may have been taken back.
    [[nodiscard]] std::span<const RecordHandle> upcoming() const { return upcoming_; }
    [[nodiscard]] std::size_t claimed() const { return claimed_; }

private:
    /// Open items as two indexes in one word, so that one step can claim and one can close.
    struct Range {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
    };
    static constexpr std::uint64_t pack(Range range) {
        return (std::uint64_t{range.end} << 32U) | range.begin;
    }
    static constexpr Range unpack(std::uint64_t word) {
        return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32U)};
    }
    static constexpr std::int64_t not_running = -1;

    [[nodiscard]] bool is_exhausted() const;
    void open_all();
    void report_locked(Inbox& inbox);
    [[nodiscard]] Range close();
    void reopen(Range closed, std::span<const WorkItem> kept);

    std::atomic<std::uint64_t> range_ = 0;
    std::atomic<std::int64_t> started_at_ = not_running;  // ns of the engine's time line
    std::atomic<std::size_t> finished_end_ = 0;           // written by the worker alone
    std::vector<RecordHandle> upcoming_;                  // worker
    std::size_t claimed_ = 0;                             // worker: of upcoming_

    std::mutex mutex_;
    std::vector<WorkItem> items_;         // open ones by the lock or a claim; resized by refill
    std::vector<FinishedWork> finished_;  // as long as items_; below finished_end_ for others
    std::size_t reported_ = 0;            // under mutex_
    std::vector<FailureReason> reasons_;  // under mutex_
};

}  // namespace odradek
