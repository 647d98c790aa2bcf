#pragma once

#include "reports/compare/measure.h"

#include <expected>
#include <string>
#include <vector>

namespace odradek::reports {

/// An arm of an earlier comparison: its speed over the first arm of its cell.
struct EarlierRatio {
    std::string arm;
    std::string workload;  ///< as JSON writes it
    double ratio = 0;
};

/// An arm that is slower than it was, by its cell's first arm and not by the clock.
struct Regression {
    std::string arm;
    std::string workload;
    double was = 0;
    double is = 0;
};

/// The ratios of a `compare.json`. Error: what is wrong with the text.
[[nodiscard]] std::expected<std::vector<EarlierRatio>, std::string> read_ratios(
    const std::string& json
);

/// Arms of both whose ratio fell by more than `loss_max`, a part of what it was. Machines differ
/// less in ratios than in rates, so an earlier run on another day still says something.
[[nodiscard]] std::vector<Regression> regressions(
    const Comparison& comparison, const std::vector<EarlierRatio>& earlier, double loss_max
);

}  // namespace odradek::reports
