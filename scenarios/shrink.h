#pragma once

#include "scenarios/recording.h"
#include "scenarios/sweep.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// What a smaller scenario must still show.
struct Symptom {
    Verdict::Kind kind = Verdict::Kind::broken;
    std::string guarantee;  ///< with broken

    [[nodiscard]] bool shown_by(const Verdict& verdict) const;
};

struct ShrinkRequest {
    std::uint64_t seed = 1;
    Symptom symptom;
    std::size_t runs_max = 600;

    /// Seeds tried for each smaller scenario: a change moves what the same seed draws.
    std::size_t seeds_per_step = 4;

    /// Called after each smaller scenario that still fails, with the runs made so far.
    std::function<void(const Scenario&, std::size_t)> progress;
};

struct Shrunk {
    Scenario scenario;
    std::uint64_t seed = 1;  ///< that shows the symptom in it
    std::size_t runs = 0;
};

/// The smallest scenario found that shows the symptom: faults left out, fewer records, members,
/// partitions, keys and workers, simpler laws, one change at a time until none helps. Empty when
/// the scenario itself does not show it.
[[nodiscard]] std::optional<Shrunk> shrink(
    const Scenario& scenario, const ShrinkRequest& request, const SweepRun& run
);

/// The scenarios one step smaller than this, the boldest steps first.
[[nodiscard]] std::vector<Scenario> smaller_scenarios(const Scenario& scenario);

}  // namespace odradek::scenarios
