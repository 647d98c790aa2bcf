#pragma once

#include "engine/core/offsets/entropy_codec.h"

#include <cstdint>

namespace odradek {

/// A map and what may still become of it: the largest body that any subset of the started records
/// can lead to, by arithmetic on counts alone. map_size.h says why the bounds hold.
struct MapOutlook {
    RunCounts now;             ///< of the map of now
    double class_bits = 0;     ///< of its body in "classes", without rounding
    std::int64_t records = 0;  ///< started and not finished
    std::int64_t offsets = 0;  ///< that these records make done, missing ones below them included
    std::int64_t covered = 1;  ///< from next_to_read to above the highest that may be done
};

/// Bytes in "entropy", in one evaluation; up to a few percent above the next one while few records
/// are started. Not below the bodies of all outcomes.
[[nodiscard]] std::int64_t rough_entropy_bytes(const MapOutlook& outlook);

/// The same by a search over the number of finished records. O(log records).
[[nodiscard]] std::int64_t worst_entropy_bytes(const MapOutlook& outlook);

/// Bytes in "classes".
[[nodiscard]] std::int64_t worst_class_bytes(const MapOutlook& outlook);

/// Units of the peer's text in its plain codecs; the largest integer where none can hold the map.
[[nodiscard]] std::int64_t worst_confluent_units(const MapOutlook& outlook);

}  // namespace odradek
