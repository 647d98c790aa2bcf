#pragma once

#include "odradek/options.h"

#include "engine/config/config_error.h"
#include "engine/config/units.h"
#include "reports/topic_flow.h"
#include "scenarios/scenario.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace odradek::reports {

/// What must hold before a service is deployed; an absent one is not judged.
struct Gates {
    std::optional<double> max_over_mean;  ///< fullest lane over the mean lane
    std::optional<double> min_speedup;    ///< what the spread of the keys allows
    std::uint64_t invariants_broken = 0;  ///< runs that break a guarantee
    std::optional<Rate> min_throughput;   ///< of the service's own load
    std::optional<Ratio> max_replayed;    ///< handler runs of records that were finished before
    std::optional<Ratio> max_hot_key;     ///< share of the heaviest key
    std::optional<Duration> max_latency;  ///< 99 % of records, arrival to end, on a calm day
    std::optional<std::uint64_t> unsafe_settings;  ///< dangers that are allowed
};

/// One service as `odradek check` judges it.
struct Deployment {
    std::string name = "service";
    std::string topic = "orders";
    std::int32_t partitions = 12;
    std::string partitioner = "murmur2";
    std::filesystem::path keys_csv;  ///< beside the deployment file; empty: 1,000 keys alike
    std::string key_column;          ///< empty: the first
    std::string weight_column;       ///< empty: each row is a record
    TopicFlow flow;                  ///< what is sent on from which topic
    scenarios::Client client;
    EngineOptions engine;
    scenarios::Handler handler;
    Rate arrivals{.count = 1000, .per = std::chrono::seconds{1}};
    std::int32_t members = 1;
    std::string chaos_scenarios = "standard";
    std::uint64_t chaos_seeds = 200;
    Gates gates;
};

/// The deployment file; the README of this folder is the reference. Error: every mistake with its
/// place.
[[nodiscard]] std::expected<Deployment, std::vector<ConfigError>> load_deployment(
    const std::filesystem::path& path
);

}  // namespace odradek::reports
