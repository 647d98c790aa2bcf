#pragma once

#include "engine/core/trace.h"

#include <vector>

namespace odradek::scenarios {

/// The commits of a run on a real cluster as the broker stored them, in that order, with the
/// members that were told so.
///
/// `stored` is the broker's own log of them: of one partition in the order of storing, each with
/// the latest time at which that can have happened. `acknowledged` is what the members heard, by
/// time. A commit that both know is the member's, and happened before the member heard of it; one
/// that no member heard of (killed in between) has member −1. What only a member knows is kept: the
/// log is compacted, and may have forgotten it.
[[nodiscard]] std::vector<TraceEvent> merge_commits(
    const std::vector<TraceEvent>& acknowledged, std::vector<TraceEvent> stored
);

}  // namespace odradek::scenarios
