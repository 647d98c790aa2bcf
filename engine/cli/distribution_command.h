#pragma once

#include "odradek/error.h"
#include "odradek/partitioner.h"

#include "engine/cli/command.h"
#include "engine/cli/distribution_options.h"
#include "engine/tools/distribution_report.h"
#include "engine/tools/key_counter.h"

#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace odradek {

/// What `odradek distribution` needs from folders above the engine, or from a user.
struct DistributionExtras {
    /// Writes HTML and pictures into a folder that exists. Empty: `-o` writes the JSON alone.
    std::function<std::expected<void, Error>(
        const DistributionReport& report, const KeyCensus& census, const std::string& folder
    )>
        write_page = {};
    /// Opens a live topic; sets the number of partitions. Empty: `--topic` is refused.
    std::function<std::expected<std::unique_ptr<KeySource>, Error>(
        const LiveTopic& topic, std::uint32_t& partitions
    )>
        open_topic = {};
    std::vector<Reducer> own_reducers = {};
};

/// The verb `distribution`: reads keys, judges, writes what was asked for.
[[nodiscard]] ExitCode run_distribution(
    std::span<const std::string> arguments, const DistributionExtras& extras
);

}  // namespace odradek
