#pragma once

#include "engine/tools/distribution_report.h"
#include "engine/tools/key_counter.h"
#include "reports/deployment.h"

#include <expected>
#include <memory>
#include <vector>

namespace odradek::reports {

/// How the keys of a deployment's sample spread, and the keys themselves for the simulated load.
struct KeySpread {
    DistributionReport report;
    std::unique_ptr<KeyCounter> counter;  ///< what the census points into
    KeyCensus census;

    /// The sample's keys by weight; of very many the heaviest and a part of the others.
    [[nodiscard]] std::vector<scenarios::KeyLaw::WeightedKey> keys() const;
};

/// Reads the file of `deployment.keys_csv` (anything that `odradek distribution --keys` reads) and
/// judges it for the deployment's topic, ordering and handlers. Error: every mistake in the file.
[[nodiscard]] std::expected<KeySpread, std::vector<ConfigError>> read_key_spread(
    const Deployment& deployment
);

}  // namespace odradek::reports
