#pragma once

#include "odradek/options.h"
#include "odradek/partitioner.h"
#include "odradek/record.h"
#include "odradek/types.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace odradek {

/// The user's own part of the choice of lanes; each replaces what the options name.
struct LaneCode {
    Partitioner partitioner{};
    std::optional<Reducer> reducer{};
};

/// Which virtual partition of its partition a record goes to (VP-1, VP-2, VP-14).
///
/// A value: equal records at equal places get equal lanes for ever. What is bound to no lane
/// (`partitioner: random`, or a key of which the reducer says so) is spread by its offset, so that
/// a redelivered record comes to the same lane again.
class LaneChooser {
public:
    /// `options` must be valid; `salt` is that of the engine.
    LaneChooser(const EngineOptions& options, LaneCode code);

    /// Lanes of each partition: `max_partitions`, or as many as handlers run at once.
    [[nodiscard]] std::uint32_t lanes() const { return lanes_; }

    /// The lane; or why user code did not give one: the record then belongs to lane 0.
    [[nodiscard]] std::expected<VirtualPartition, std::string> choose(const Record& record) const;

private:
    [[nodiscard]] std::expected<Reducer::Bucket, ReducerMistake> bucket(const Record& record) const;
    [[nodiscard]] VirtualPartition by_place(const Record& record) const;

    VirtualPartitionOptions options_;
    std::uint32_t lanes_;
    std::uint64_t salt_;
    Partitioner partitioner_;
    Reducer reducer_;
};

}  // namespace odradek
