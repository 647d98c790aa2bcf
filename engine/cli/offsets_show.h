#pragma once

#include "engine/cli/command.h"
#include "engine/cli/shown_map.h"
#include "engine/kafka/group_offsets.h"
#include "engine/tools/distribution_report.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace odradek {

/// One partition of a group as `odradek offsets show` prints it.
struct ShownPartition {
    kafka::GroupOffset stored;
    ShownMap shown;
    std::int64_t units = 0;  ///< of the metadata, as the broker counts them

    /// Offsets from the committed one to the log's end; empty where the end is not known.
    [[nodiscard]] std::optional<std::int64_t> lag() const;
};

/// Decodes what is stored; the log's end, where known, bounds the map.
[[nodiscard]] ShownPartition shown_of(const kafka::GroupOffset& stored);

struct PageStyle {
    std::size_t width = 80;  ///< columns
    Colours colours = Colours::off;
};

/// A table with a picture of each map below its row.
[[nodiscard]] std::string text_of_group(
    std::span<const ShownPartition> partitions, const PageStyle& style
);

/// `{"group":…, "partitions":[{"topic", "partition", "committed", "log_start", "log_end", "lag",
/// "units", "units_max", "completed_count", then the keys of add_map()}]}`; what is not known of
/// the log is null, with the reason in "log_error".
[[nodiscard]] std::string json_of_group(
    const std::string& group, std::span<const ShownPartition> partitions
);

/// Prints it on standard output: usage when the group has committed nothing that is asked for,
/// environment when the cluster cannot be asked.
[[nodiscard]] ExitCode show_offsets(
    const kafka::GroupOffsetsRequest& request, const std::string& format
);

}  // namespace odradek
