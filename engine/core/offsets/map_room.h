#pragma once

#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/map_size.h"
#include "engine/core/offsets/progress.h"

#include <algorithm>
#include <optional>
#include <span>

namespace odradek {

/// Whether a record of one partition may be started for the first time, such that the offset map
/// fits its limit in whatever order what has started will finish (PC-15).
///
///   next_to_read           free_until
///        │   any map within     │   reaching beyond: MapSize decides, made only when somebody asks
///        ├─ this span fits ─────┤
///   ─────■───■■───■■■■──────────┼──────────────■■──
///
/// Nearly always a comparison of numbers: so many offsets fit even as one bit each. Only when a
/// record is stuck for that long the exact tracker is made, and it goes when the span is short
/// again.
class MapRoom {
public:
    /// Offsets above next_to_read whose map fits `options.units_max`, whatever is done among them.
    [[nodiscard]] static std::int64_t safe_span(const EncodeOptions& options);

    MapRoom() = default;

    /// `reach` is the end of what the committed map counts as done.
    MapRoom(const EncodeOptions& options, Offset reach);

    /// Cheap answer: certainly, or ask further.
    [[nodiscard]] bool is_free(Offset offset) const {
        return !tracker_ && std::max(next(offset), reach_) <= free_until_;
    }

    /// Follows next_to_read; true when it has moved. Lets the tracker go when it is not needed.
    bool advance(const Progress& progress);

    /// Makes the exact tracker if there is none. `started` are the offsets that were started and
    /// are not finished, in order.
    [[nodiscard]] bool needs_tracker() const { return !tracker_; }
    void track(const Progress& progress, std::span<const Offset> started);

    /// The exact answer; true at next_to_read. Only with a tracker.
    [[nodiscard]] bool may_start(Offset offset) const { return tracker_->may_start(offset); }

    /// A record starts, or one that did is finished; told once, whatever its attempts.
    void start(Offset offset);
    void finish(Offset offset);

    /// Offsets were left out by the log: a tracker would not know of them.
    void forget_tracker() { tracker_.reset(); }

    /// Three quarters of the limit are not reached yet.
    [[nodiscard]] bool has_room_to_read() const {
        return !tracker_ || tracker_->has_room_to_read();
    }

private:
    EncodeOptions options_;
    std::int64_t safe_span_ = 0;
    Offset base_ = no_offset;
    Offset free_until_ = no_offset;
    Offset reach_ = no_offset;  ///< above everything started or done
    std::optional<MapSize> tracker_;
};

}  // namespace odradek
