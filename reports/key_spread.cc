#include "reports/key_spread.h"

#include "engine/tools/key_source.h"

#include <algorithm>
#include <span>
#include <utility>

namespace odradek::reports {

namespace {

constexpr std::size_t simulated_keys_max = 100'000;

std::vector<ConfigError> as_config_errors(std::span<const InputMistake> mistakes) {
    std::vector<ConfigError> errors;
    for (const InputMistake& mistake : mistakes) {
        errors.push_back(
            {.file = mistake.file,
             .line = static_cast<std::uint32_t>(mistake.line),
             .column = static_cast<std::uint32_t>(mistake.column),
             .what = mistake.what,
             .help = mistake.remedy}
        );
    }
    return errors;
}

KeySourceOptions source_of(const Deployment& deployment) {
    KeySourceOptions options{
        .path = deployment.keys_csv.string(),
        .key_column = deployment.key_column,
        .weight_column = deployment.weight_column};
    const bool is_csv = options.path.contains(".csv") || options.path.contains(".tsv");
    if (!is_csv) return options;
    options.header = CsvHeader::present;
    if (options.key_column.empty()) options.key_column = "1";
    return options;
}

/// The ceiling of what this ordering lets run at once, for the workers of all members.
double ceiling(const Deployment& deployment, const Distribution& judged, std::uint32_t workers) {
    const double most = workers;
    switch (deployment.engine.ordering) {
        case Ordering::unordered:
            return most;
        case Ordering::partition:
            return std::min(most, judged.level(Level::partition)->speedup_ceiling);
        case Ordering::key:
        case Ordering::virtual_partition:
            return std::min(most, judged.level(Level::key)->speedup_ceiling);
    }
    return most;
}

void judge(const Deployment& deployment, LaneLoads& loads, KeySpread& spread) {
    DistributionReport& report = spread.report;
    const auto workers =
        deployment.engine.concurrency_max * static_cast<std::uint32_t>(deployment.members);
    JudgeOptions options{.workers = workers, .is_weighted = !deployment.weight_column.empty()};
    report.seed = options.fair.seed;
    report.distribution = judge_distribution(spread.census, loads, options);
    report.distribution.speedup_ceiling = ceiling(deployment, report.distribution, workers);
    GateOptions gates{
        .max_over_mean = deployment.gates.max_over_mean,
        .min_speedup = deployment.gates.min_speedup};
    if (const auto& hot = deployment.gates.max_hot_key) {
        gates.max_hot_key = static_cast<double>(hot->part) / static_cast<double>(hot->whole);
    }
    report.gates = check_gates(report.distribution, gates, std::nullopt);
    report.advice = advise(report.distribution, report.layout, report.tried);
}

}  // namespace

std::vector<scenarios::KeyLaw::WeightedKey> KeySpread::keys() const {
    std::vector<scenarios::KeyLaw::WeightedKey> listed;
    const std::size_t count = std::min(simulated_keys_max, census.keys.size());
    for (const CountedKey& key : std::span{census.keys}.first(count)) {
        if (key.weight > 0) listed.push_back({.key = std::string(key.key), .weight = key.weight});
    }
    return listed;
}

std::expected<KeySpread, std::vector<ConfigError>> read_key_spread(const Deployment& deployment) {
    auto source = open_key_source(source_of(deployment));
    if (!source) return std::unexpected(as_config_errors(source.error()));
    const auto partitions = static_cast<std::uint32_t>(deployment.partitions);
    KeySpread spread{
        .report =
            {.input = deployment.keys_csv.filename().string() + " · " + (*source)->description(),
             .weight = "records",
             .layout =
                 {.partitioner = Reducer::named(deployment.partitioner), .partitions = partitions},
             .distribution = {},
             .gates = {},
             .advice = {},
             .tried = {},
             .drift = {}},
        .counter = nullptr,
        .census = {}};
    LaneLoads loads{spread.report.layout};
    spread.counter = std::make_unique<KeyCounter>(KeyCounterOptions{}, &loads);
    for (auto batch = (*source)->next(); !batch.empty(); batch = (*source)->next()) {
        spread.counter->add(batch);
    }
    if ((*source)->mistakes().count() > 0) {
        return std::unexpected(as_config_errors((*source)->mistakes().kept()));
    }
    spread.census = spread.counter->census();
    judge(deployment, loads, spread);
    return spread;
}

}  // namespace odradek::reports
