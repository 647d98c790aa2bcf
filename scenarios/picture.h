#pragma once

#include "scenarios/chronicle.h"
#include "scenarios/recording.h"
#include "scenarios/scenario.h"

#include <optional>
#include <string>

namespace odradek::scenarios {

/// What a picture shows of a run.
struct PictureView {
    TimeSpan window;
    std::size_t lanes_max = 0;  ///< keys with their handler runs; 0: members and partitions alone
};

/// The whole run.
[[nodiscard]] PictureView overview(const Chronicle& told);

/// The time around what proves the first violation; empty when there is none, or when the trace was
/// not kept.
[[nodiscard]] std::optional<PictureView> close_up(const Chronicle& told, const RunReport& report);

/// The run as one <svg> element: faults, lives of the members, owners of the partitions with their
/// commits, and lanes with their handler runs; what proves the first violation is marked by
/// numbers. Colours come from the CSS of page.cc.
[[nodiscard]] std::string picture(
    const Chronicle& told,
    const RunReport& report,
    const Scenario& scenario,
    const PictureView& view
);

}  // namespace odradek::scenarios
