#pragma once

#include "engine/core/effect.h"
#include "engine/core/offsets/offset_map.h"
#include "property-tests/support/history.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace odradek {

/// What the engine may not do.
enum class Law : unsigned char {
    lane_order,    ///< a record starts only when all before it in its lane are processed
    lane_overlap,  ///< a lane has one run out, whatever assignments ended meanwhile
    owner,         ///< only an owner commits, and one request at a time
    coverage,      ///< no commit and no map dismisses a record that is not processed
    backwards,     ///< what is stored never goes back
    release,       ///< each handle comes back once, not while its record is out
    replay,        ///< nothing runs again that a stored commit covers
    handover,      ///< a revoke awaits handlers and commits, within its bounds: a clean one replays
                   ///< nothing
    attempts,      ///< attempts are counted from 1 in each life, and never exceed their limit
    retry,         ///< a retry waits for its delay, and no longer
    idle,          ///< no record that could run waits while a worker idles
    limits,        ///< workers, buffer, pause and resume: exactly where the options say
    ending,        ///< once the churn stops, all is processed and committed
    contract,      ///< no contract of the engine breaks
};

/// What really happened, written down beside the engine, and every law that it breaks.
class Ledger {
public:
    using Record = std::pair<std::uint32_t, std::int64_t>;  ///< partition and offset

    explicit Ledger(const History& history) : history_(history) {}

    void delivered(AssignedPartition partition, std::int64_t offset, RecordHandle handle);
    void handed_out(const std::vector<WorkItem>& run, Instant now);

    /// `call` is the batch that the item is of, if it is of one.
    void started(const WorkItem& item, std::span<const WorkItem> call = {});
    void left_executor(const WorkItem& item);

    /// Which of a batch's records the engine must count, by what the handler answered: in order of
    /// lane, up to the first that is not finished.
    [[nodiscard]] std::vector<bool> counting(
        std::span<const WorkItem> batch, std::span<const WorkResult> results
    ) const;

    /// Whether this answer finishes a record in that attempt.
    [[nodiscard]] bool finishes(const WorkItem& item, WorkResult result) const;

    /// A handler did not finish the record, or it did: it had its attempt. With `again_at` the
    /// engine runs it again, then or later.
    void attempted(const WorkItem& item, std::optional<Instant> again_at);

    /// What the group had stored when this life of the partition began: it need not run again.
    void loaded(AssignedPartition partition, const OffsetMap& covered) {
        covered_[partition] = covered;
    }

    /// A handler has done its part. Whether that counts is another matter: see processed().
    void completed(const WorkItem& item);

    /// Done, skipped or dead-lettered by an owner: it need not run again.
    void processed(AssignedPartition partition, Offset offset);
    void released(RecordHandle handle);

    /// The dead-letter producer has the record, or has it no more.
    void lent(RecordHandle handle) {
        out_.insert(handle);
        refused_.erase(handle);
    }
    void returned(RecordHandle handle, bool is_stored) {
        out_.erase(handle);
        if (!is_stored) refused_.insert(handle);
    }

    /// `epoch` is the one that owns the partition now, if any does.
    void committing(const OffsetToCommit& offset, std::optional<Epoch> epoch);
    void stored(std::uint32_t partition, Offset before, Offset now);

    /// A partition is given back in peace: all that this life processed must be in what is stored.
    void handed_over(AssignedPartition partition, const OffsetMap& stored);

    /// Records of this life that the engine holds and nobody works on.
    [[nodiscard]] std::size_t waiting(AssignedPartition partition) const;
    [[nodiscard]] std::size_t waiting() const;

    /// Records with handlers or the dead-letter topic, those of lives that have ended included.
    [[nodiscard]] std::size_t out() const { return out_.size() + refused_.size(); }

    /// A record of this life that could start now though nothing has started it, if there is one.
    [[nodiscard]] std::optional<std::string> idle(AssignedPartition partition, Instant now) const;

    /// The process is gone. What it had in hand may stay unreleased, nothing else.
    void process_ended();

    void broken(Law law, std::string what) {
        if (story_ != nullptr) *story_ += story_mark + what + "\n";
        broken_.emplace_back(law, std::move(what));
    }

    /// Breaks are written into the story where they happen, behind this mark.
    void tell_into(std::string& story) { story_ = &story; }
    static constexpr const char* story_mark = "   >>> ";

    /// Highest offset delivered ever, −1 for none.
    [[nodiscard]] std::int64_t last_delivered(std::uint32_t partition) const;

    /// Records that exist up to the last delivered one and are not processed.
    [[nodiscard]] std::vector<std::int64_t> unprocessed(std::uint32_t partition) const;

    /// The first break of one of these laws.
    [[nodiscard]] std::optional<std::string> first_broken(std::set<Law> laws) const;

private:
    using Lane = std::pair<std::uint32_t, std::uint32_t>;

    void check_batch(const std::vector<WorkItem>& batch);
    [[nodiscard]] std::optional<Lane> lane_of(const WorkItem& item) const;
    void check_processed(Record record, const char* by);
    void check_attempt(const WorkItem& item, Instant now);

    struct Held {
        Record record;
        Epoch epoch;
    };
    struct Try {
        std::uint32_t attempts = 0;
        std::optional<Instant> again_at;
    };

    const History& history_;
    std::map<std::uint32_t, std::int64_t> last_delivered_;
    std::set<Record> processed_;
    std::set<std::pair<Record, Epoch>> completed_;     // and in which life
    std::set<std::pair<Record, Epoch>> processed_in_;  // as processed_, by life
    std::map<std::pair<Record, Epoch>, Try> tries_;
    std::map<AssignedPartition, OffsetMap> covered_;  // when the life began
    std::map<RecordHandle, Held> held_;               // delivered, not released
    std::set<RecordHandle> out_;                      // with a handler or producer
    std::set<RecordHandle> refused_;                  // dead letters that are to be sent again
    std::multiset<Lane> busy_;                        // lanes of those with a handler
    std::set<WorkId> works_;                          // all that were ever handed out
    std::vector<std::pair<Law, std::string>> broken_;
    std::string* story_ = nullptr;
};

/// Below `next_to_read` or in a completed range.
[[nodiscard]] bool is_covered(const OffsetMap& map, Offset offset);

/// "partition 1 offset 17".
[[nodiscard]] std::string to_string(const Ledger::Record& record);

}  // namespace odradek
