#pragma once

#include "engine/core/offsets/class_codec.h"
#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/map_bound.h"

#include <cstdint>
#include <map>

namespace odradek {

/// One partition's map as it grows, and what it takes to know that its text always fits (PC-15).
///
/// Owned by whoever tracks the partition; it *is* the set of completed offsets, so that the map and
/// its size are of one snapshot. Two questions are answered without encoding:
///
/// - units(): how long the text of the map is now, never less than it really is;
/// - may_start(): whether one more record may be started, such that the text fits whatever subset
/// of
///   the started records has finished, in whatever order.
///
/// Why that holds (FORMAT.md, "Never dropped", has the proof). Let S be the started, unfinished
/// records. Every map that S can lead to is, but for the done run that next_to_read moves over, the
/// map of now with some x ≤ |S| open offsets done. Finishing one adds at most one completed range.
/// The size of "entropy" depends on three counts only, grows with each, and shrinks when a map
/// loses its beginning; so its largest value over all (x, ranges) is a maximum of one concave
/// function of x. The size of "classes" grows by a bounded number of bits with each finished
/// record. The smaller of both bounds holds, since the encoder takes the smaller of both codecs.
///
/// Starting the record at next_to_read adds no map that is not the end of one counted before; so it
/// may always start, and so may every record that was started before. Nothing else is needed for
/// the partition to go on.
class MapSize {
public:
    /// Takes over what was committed. A map that is too large keeps the partition at next_to_read
    /// until it fits, and cannot be committed before: cut_to_fit() comes first.
    MapSize(const OffsetMap& inherited, const EncodeOptions& options);

    [[nodiscard]] Offset next_to_read() const { return Offset{base_}; }

    [[nodiscard]] bool is_completed(Offset offset) const;

    /// What to commit, in one piece. O(ranges).
    [[nodiscard]] OffsetMap snapshot() const;

    /// Whether the record, never started before, may start now. True at next_to_read. O(log
    /// ranges).
    [[nodiscard]] bool may_start(Offset offset) const;

    /// The record was handed out for the first time. It must be open. Retries are not told.
    void start(Offset offset);

    /// A started record is done. Moves next_to_read where it can. O(log ranges).
    void finish(Offset offset);

    /// Offsets that hold no record (compaction, markers), told when they are found and before the
    /// record after them is started. They count as done with that record, or as soon as
    /// next_to_read reaches them: on their own they would make the map longer for nothing.
    void mark_missing(OffsetRange range);

    /// The log begins here now, or the group was moved: what lies below is forgotten, done or not.
    /// `started_below` of the records started and not finished lie below `offset`.
    void advance(Offset offset, std::int64_t started_below);

    /// Upper bound of the units of encode(snapshot()): exact up to 1 % + 4 units where a codec
    /// without zstd is the smallest. O(1).
    [[nodiscard]] std::int64_t units() const;

    /// Upper bound over every map that the started records can lead to. Used for meters; O(log).
    [[nodiscard]] std::int64_t units_worst() const;

    /// False from three quarters of the limit on: read no more records of this partition.
    [[nodiscard]] bool has_room_to_read() const { return 4 * units() < 3 * options_.units_max; }

    [[nodiscard]] std::int64_t started_count() const { return started_; }
    [[nodiscard]] std::int64_t completed_ranges() const { return counts_.pairs; }

private:
    using Ranges = std::map<std::int64_t, std::int64_t>;  // begin → end

    void complete(std::int64_t begin, std::int64_t end);
    void move_base(std::int64_t end);
    void settle_base();
    void add_run(ClassCounts& classes, std::int64_t length);
    void remove_run(ClassCounts& classes, std::int64_t length);

    [[nodiscard]] std::int64_t missing_begin_below(std::int64_t record) const;
    [[nodiscard]] MapOutlook outlook() const;
    [[nodiscard]] bool fits(MapOutlook outlook) const;
    [[nodiscard]] std::int64_t units_of_body(std::int64_t bytes) const;

    EncodeOptions options_;
    std::int64_t base_;
    Ranges completed_;          ///< above base_, disjoint, not touching
    Ranges missing_;            ///< above base_, not yet done
    Ranges attached_;           ///< started record → begin of the missing offsets below it
    std::int64_t started_ = 0;  ///< started, not finished
    std::int64_t started_end_;  ///< above the highest offset ever started or completed
    std::int64_t pending_offsets_ = 0;  ///< started records and what is attached to them
    RunCounts counts_;                  ///< of the map of now
    ClassCounts open_classes_;
    ClassCounts done_classes_;
    std::int64_t long_runs_ = 0;  ///< runs that two bytes of the peer cannot count
};

/// A map of another member that MapSize would count as too large, cut from above until it fits:
/// what is cut off is replayed, never skipped. The same map where it fits. O(ranges · log ranges).
[[nodiscard]] OffsetMap cut_to_fit(const OffsetMap& map, const EncodeOptions& options);

}  // namespace odradek
