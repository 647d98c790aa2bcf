#pragma once

#include "engine/tools/correlation.h"
#include "engine/tools/fair_hash.h"
#include "engine/tools/key_counter.h"
#include "engine/tools/lane_loads.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace odradek {

enum class Level : unsigned char { partition, virtual_partition, segment, key };

[[nodiscard]] std::string_view name_of(Level level);

/// How a chance was computed.
enum class ChanceMethod : unsigned char { none, chi_square, monte_carlo };

/// Heavy keys that meet in one lane.
struct SharedLane {
    std::uint64_t lane = 0;
    std::vector<std::string> keys;  ///< in readable form, heaviest first, at most 8
};

/// The judgement of one level: how its lanes are loaded, and what a fair hash would have done.
///
/// Weights are whatever the input weighs by: records, unless a weight column says otherwise.
struct LevelJudgement {
    Level level = Level::partition;
    std::uint64_t lanes = 0;
    std::uint64_t used = 0;           ///< lanes with any load
    std::uint64_t keys = 0;           ///< distinct keys that are bound to a lane here
    std::vector<std::uint64_t> load;  ///< by lane; at level key the heaviest, descending

    double max_over_mean = 0;
    double coefficient_of_variation = 0;  ///< deviation over mean of the lanes' loads
    double speedup_ceiling = 0;           ///< total / heaviest lane, before workers

    std::uint64_t collisions = 0;  ///< keys that met another in their lane: keys − used
    std::vector<SharedLane>
        shared;                ///< lanes of several of the hot keys, fullest first; at most 10
    double expected_used = 0;  ///< lanes that a fair hash would occupy
    double expected_max_over_mean = 0;
    double fair_max_over_mean = 0;  ///< 99.9 % of fair hashes stay at or below
    FairMethod fair_method = FairMethod::exact;
    std::uint64_t fair_trials = 0;

    /// Σ(load − mean)² over what a fair hash gives on average, times lanes − 1: Pearson's
    /// chi-square when all keys weigh the same. Empty at level key and for one lane.
    std::optional<double> chi_square;
    std::optional<double> p_value;  ///< chance that a fair hash is as uneven
    ChanceMethod p_method = ChanceMethod::none;
    /// G-test over the number of distinct keys by lane, weights aside: judges the hash alone.
    std::optional<double> g_statistic;
    std::optional<double> g_p_value;
};

struct Agreement {
    std::string partitioner;  ///< the other one
    std::uint64_t keys = 0;   ///< compared
    std::uint64_t same = 0;   ///< on the same partition under both
    double expected = 0;      ///< share on the same partition by chance
};

struct Distribution {
    std::uint64_t rows = 0;
    std::uint64_t weight = 0;
    std::uint64_t keyless = 0;  ///< weight of records without key
    std::uint64_t distinct_keys = 0;
    bool is_exact = true;
    std::uint64_t sampled_keys = 0;  ///< distinct keys behind the estimates when not exact
    /// No weight of a hot key is further off, and no key heavier than this is missing. 0 when
    /// exact.
    std::uint64_t hot_key_error_max = 0;
    double effective_keys = 0;  ///< (Σw)² / Σw²: so many equal keys would spread as well
    std::vector<LevelJudgement> levels;
    std::vector<HeavyKey> hot_keys;
    std::uint32_t workers = 0;  ///< 0: as many as there are lanes
    double speedup_ceiling = 0;
    std::optional<Correlation> partition_lane;
    std::optional<Correlation> segment_lane;
    std::optional<Agreement> agreement;
    std::uint64_t keys_in_several_partitions = 0;  ///< with explicit partitions: order is broken
    /// Share of the traffic whose keys this sample has not seen (Good and Turing): keys seen once
    /// over records. Empty where the input is no sample of records.
    std::optional<double> unseen_share;

    [[nodiscard]] const LevelJudgement* level(Level wanted) const;
};

struct JudgeOptions {
    std::uint32_t workers = 0;
    std::size_t hot_keys = 20;
    bool is_weighted = false;  ///< the input has a weight column: rows are not records
    std::optional<Reducer> other_partitioner = std::nullopt;
    FairHashOptions fair = {};
};

/// Judges what `census` holds under the layout of `loads`, which has seen the whole stream when the
/// census is not exact and nothing otherwise. O(keys).
[[nodiscard]] Distribution judge_distribution(
    const KeyCensus& census, LaneLoads& loads, const JudgeOptions& options
);

}  // namespace odradek
