#pragma once

#include "odradek/error.h"

#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace odradek {

/// One set of points of a picture.
struct PlotSeries {
    enum class Kind : unsigned char {
        line,
        bars,
        band  ///< the area between `y` and `y_high`
    };

    Kind kind = Kind::line;
    std::string name;
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> y_high = {};  ///< of a band
    std::string colour = "#2b6cb0";
    bool is_dashed = false;
};

/// A picture with two axes.
struct Plot {
    std::string title;
    std::string x_label;
    std::string y_label;
    std::vector<PlotSeries> series;
    std::optional<std::pair<double, double>> x_range = std::nullopt;
    std::optional<std::pair<double, double>> y_range = std::nullopt;
    bool is_x_logarithmic = false;
    bool is_y_logarithmic = false;
    std::vector<std::string> x_names = {};  ///< at 0, 1, 2, …, instead of numbers
};

/// A map of coloured cells.
struct HeatMap {
    std::string title;
    std::string x_label;
    std::string y_label;
    std::string value_label;
    std::vector<std::string> x_names;
    std::vector<std::string> y_names;
    std::vector<std::vector<double>> values;  ///< by y, then x
};

/// Draws with gnuplot into `file`, PNG or SVG by its ending. Error: gnuplot is not there, or the
/// file cannot be written.
[[nodiscard]] std::expected<void, Error> draw(const Plot& plot, const std::string& file);
[[nodiscard]] std::expected<void, Error> draw(const HeatMap& map, const std::string& file);

}  // namespace odradek
