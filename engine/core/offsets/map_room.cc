#include "engine/core/offsets/map_room.h"

#include <algorithm>

namespace odradek {

namespace {

/// Units for mark, version, checksum, codec, counts and fingerprint, rounded up.
constexpr std::int64_t frame_units = 20;

/// Far below the overflow of an offset, far above any log.
constexpr std::int64_t unlimited = std::int64_t{1} << 61;

}  // namespace

// One bit an offset is a form that both formats have, so the smallest form is no longer: 15 bits
// fit into a unit of ours (FORMAT.md), six into a character of the peer's base64.
std::int64_t MapRoom::safe_span(const EncodeOptions& options) {
    const std::int64_t units = std::max<std::int64_t>(options.units_max - frame_units, 0);
    switch (options.format) {
        case MapFormat::odradek:
            return units * 15;
        case MapFormat::confluent:
            return units * 6;
        case MapFormat::none:
            break;
    }
    return unlimited;
}

MapRoom::MapRoom(const EncodeOptions& options, Offset reach)
    : options_(options)
    , safe_span_(safe_span(options))
    , reach_(reach) {}

bool MapRoom::advance(const Progress& progress) {
    const Offset base = progress.next_to_read();
    if (base == base_ || base == no_offset) return false;
    base_ = base;
    free_until_ = advanced(base, safe_span_);
    if (distance(base, reach_) < safe_span_ / 2) tracker_.reset();
    return true;
}

void MapRoom::track(const Progress& progress, std::span<const Offset> started) {
    tracker_.emplace(progress.snapshot(), options_);
    for (const OffsetRange& missing : progress.missing()) {
        tracker_->mark_missing(missing);
    }
    for (const Offset offset : started) {
        tracker_->start(offset);
    }
}

void MapRoom::start(Offset offset) {
    reach_ = std::max(reach_, next(offset));
    if (tracker_) tracker_->start(offset);
}

void MapRoom::finish(Offset offset) {
    if (tracker_) tracker_->finish(offset);
}

}  // namespace odradek
