#pragma once

#include "reports/compare/measure.h"

#include <expected>
#include <string>

namespace odradek::reports {

/// `compare.html`: one file, pictures inside, opens without a network, light or dark, wide or
/// narrow. `figures` stand below the tables.
[[nodiscard]] std::string comparison_page(
    const Comparison& comparison, const std::string& figures = {}
);

/// Writes the page and, with gnuplot, its picture as PNG and SVG into `folder`. Error: gnuplot is
/// missing, or the folder cannot be written.
[[nodiscard]] std::expected<void, Error> write_comparison_page(
    const Comparison& comparison, const std::string& folder
);

}  // namespace odradek::reports
