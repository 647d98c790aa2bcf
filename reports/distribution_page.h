#pragma once

#include "odradek/error.h"

#include "engine/tools/distribution_report.h"
#include "engine/tools/key_counter.h"
#include "reports/plot.h"

#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace odradek {

/// The pictures of a distribution by file name without ending: load of each lane against what a
/// fair hash gives, Lorenz curve, hot keys, what-if.
struct DistributionPictures {
    std::vector<std::pair<std::string, Plot>> plots;
    std::vector<std::pair<std::string, HeatMap>> maps;
};

[[nodiscard]] DistributionPictures pictures_of(
    const DistributionReport& report, const KeyCensus& census
);

/// Draws each picture as PNG and SVG into `folder`; gives HTML with the SVG inside. Error: gnuplot
/// is missing, or the folder cannot be written.
[[nodiscard]] std::expected<std::string, Error> draw_figures(
    const DistributionReport& report, const KeyCensus& census, const std::string& folder
);

/// Writes `distribution.html`, one file that opens without a network, and each picture as PNG and
/// SVG into `folder`. Error: gnuplot is missing, or the folder cannot be written.
[[nodiscard]] std::expected<void, Error> write_distribution_page(
    const DistributionReport& report, const KeyCensus& census, const std::string& folder
);

}  // namespace odradek
