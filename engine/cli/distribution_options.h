#pragma once

#include "odradek/partitioner.h"

#include "engine/config/config_error.h"
#include "engine/tools/distribution.h"
#include "engine/tools/gates.h"
#include "engine/tools/key_source.h"
#include "engine/tools/lane_loads.h"
#include "engine/tools/what_if.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace odradek {

/// A topic whose keys are read instead of a file.
struct LiveTopic {
    std::string topic;
    std::string brokers;
    std::uint64_t records_max = 0;  ///< 0: up to the end as it stands at the start
    std::vector<std::pair<std::string, std::string>> properties = {};  ///< of librdkafka: security
};

/// What the command line of `odradek distribution` asks for, checked.
struct DistributionOptions {
    KeySourceOptions source;
    std::optional<LiveTopic> live;
    Layout layout;
    JudgeOptions judge;
    GateOptions gates;
    WhatIfAxes what_if;
    std::size_t exact_keys_max = 0;
    std::string baseline_file;
    std::string junit_file;
    std::string out_folder;
    bool is_json = false;
};

/// Why there are no options: help was asked for, or something is wrong.
struct NoOptions {
    bool is_help = false;
    std::string text;                        ///< the help, or what is wrong
    std::string remedy;                      ///< of what is wrong
    std::vector<ConfigError> mistakes = {};  ///< of the contract file; then `text` is empty
};

/// Reads the arguments behind the verb. A contract file (`--contract FILE`) gives defaults that the
/// command line overrides. `own` are a user's reducers, found by name before the built-in
/// ones.
[[nodiscard]] std::expected<DistributionOptions, NoOptions> parse_distribution_options(
    std::span<const std::string> arguments, std::span<const Reducer> own
);

}  // namespace odradek
