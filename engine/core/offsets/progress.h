#pragma once

#include "odradek/types.h"

#include "engine/core/offsets/offset_map.h"
#include "engine/core/offsets/unfinished_offsets.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace odradek {

/// How far one partition has come in one assignment: what was taken, what is finished, and what may
/// therefore be committed (PC-13, PC-16).
///
///      next_to_read          completed_end    seen_end
///            │                     │             │
///   ─────────┼───────■■■───■■■■────┼─────────────┼──────■■■■■■■■────
///            │ open   finished     │  in work    │      finished before this assignment,
///            └ first unfinished                         not polled again yet (from the map)
///
/// An offset below `seen_end` that was never delivered (compaction, markers, a hole between two
/// batches) counts as finished: it does not exist.
class Progress {
public:
    Progress() = default;

    /// Starts from what the group has committed. `committed.next_to_read` is no_offset when there
    /// is nothing: then the first record delivered is the start.
    explicit Progress(OffsetMap committed);

    enum class Admission : unsigned char {
        take,         ///< new: it is unfinished from now on
        done_before,  ///< the committed map says that it is finished
        redelivered,  ///< was delivered in this assignment already
    };

    /// Judges a delivered offset. The first one below the committed start means that the log is not
    /// the one the map was made for (truncation, reset): the map is dropped.
    Admission admit(Offset offset);

    /// A taken offset is finished; false if it is not unfinished (any more).
    bool finish(Offset offset);

    /// First offset a restart would have to read; no_offset while nothing is known.
    [[nodiscard]] Offset next_to_read() const;

    /// Base and map of one moment.
    [[nodiscard]] OffsetMap snapshot() const;

    /// Ranges above the highest finished offset that were never delivered: they count as finished
    /// as soon as something above them is.
    [[nodiscard]] std::vector<OffsetRange> missing() const;

    [[nodiscard]] Offset seen_end() const { return seen_end_; }
    [[nodiscard]] Offset completed_end() const { return completed_end_; }
    [[nodiscard]] std::size_t unfinished() const { return unfinished_.size(); }
    [[nodiscard]] bool is_unfinished(Offset offset) const { return unfinished_.contains(offset); }

    /// Grows with every offset that finishes: equal values mean that nothing new can be committed.
    [[nodiscard]] std::uint64_t version() const { return version_; }

    /// The broker has stored the snapshot of `version`.
    void acknowledge(std::uint64_t version);

    /// There is something that the broker has not acknowledged.
    [[nodiscard]] bool is_dirty() const { return acknowledged_ != version_; }

private:
    [[nodiscard]] bool is_completed_above(Offset offset);

    UnfinishedOffsets unfinished_;
    Offset seen_end_ = no_offset;
    Offset completed_end_ = no_offset;  // above it nothing delivered is finished
    std::vector<OffsetRange> loaded_;   // from the committed map, in order
    std::size_t loaded_at_ = 0;         // first loaded range that is not below seen_end_
    bool polled_ = false;
    std::uint64_t version_ = 0;
    std::uint64_t acknowledged_ = 0;
};

}  // namespace odradek
