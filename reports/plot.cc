#include "reports/plot.h"

#include "odradek/contract.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <tuple>

#include <fmt/format.h>
// The only file that includes it.
#include <gnuplot-iostream.h>

namespace odradek {

namespace {

/// In gnuplot's single quotes nothing is special but the quote itself.
std::string in_quotes(std::string_view text) {
    std::string result = "'";
    for (const char letter : text) {
        result += letter;
        if (letter == '\'') result += '\'';
    }
    return result + "'";
}

void write_head(Gnuplot& gnuplot, const std::string& file, const std::string& title) {
    const bool is_svg = file.ends_with(".svg");
    gnuplot
        << (is_svg ? "set terminal svg size 960,480 font 'DejaVu Sans,12' background '#ffffff'\n"
                   : "set terminal pngcairo size 1200,600 font 'DejaVu Sans,11'\n");
    gnuplot << "set encoding utf8\n"
            << "set output " << in_quotes(file) << "\n"
            << "set title " << in_quotes(title) << " noenhanced\n"
            << "set border 3 lc rgb '#4a5568'\n"
            << "set tics nomirror out textcolor rgb '#2d3748'\n"
            << "set grid ytics lc rgb '#e2e8f0' lt 1\n"
            << "set rmargin 4\n"
            << "set key outside top center horizontal noenhanced\n";
}

void write_axes(Gnuplot& gnuplot, const std::string& x_label, const std::string& y_label) {
    gnuplot << "set xlabel " << in_quotes(x_label) << " noenhanced\n"
            << "set ylabel " << in_quotes(y_label) << " noenhanced\n";
}

void write_names(Gnuplot& gnuplot, const char* axis, const std::vector<std::string>& names) {
    if (names.empty()) return;
    // more than thirty names would overlap
    const std::size_t stride = names.size() / 30 + 1;
    std::string list;
    for (std::size_t at = 0; at < names.size(); at += stride) {
        list += fmt::format("{}{} {}", list.empty() ? "" : ", ", in_quotes(names[at]), at);
    }
    gnuplot << "set " << axis << "tics (" << list << ") noenhanced";
    if (*axis == 'x' && names.size() > 8) gnuplot << " rotate by -35";
    gnuplot << "\n";
}

void write_range(
    Gnuplot& gnuplot, const char* axis, const std::optional<std::pair<double, double>>& range
) {
    if (range) gnuplot << fmt::format("set {}range [{}:{}]\n", axis, range->first, range->second);
}

std::string style_of(const PlotSeries& series) {
    switch (series.kind) {
        case PlotSeries::Kind::line:
            return fmt::format(
                "with lines lw 2 lc rgb '{}'{}", series.colour, series.is_dashed ? " dt 2" : ""
            );
        case PlotSeries::Kind::bars:
            return fmt::format("with boxes fs solid 0.85 noborder lc rgb '{}'", series.colour);
        case PlotSeries::Kind::band:
            return fmt::format(
                "with filledcurves fs solid 0.6 noborder lc rgb '{}'", series.colour
            );
    }
    return "";
}

/// An old picture of that name must not pass for the new one; and gnuplot prints a picture that it
/// cannot write.
std::expected<void, Error> make_room(const std::string& file) {
    std::error_code error;
    std::filesystem::remove(file, error);
    if (std::ofstream(file, std::ios::binary)) return {};
    return std::unexpected(Error{
        .code = Errc::client_failed, .what = "this picture cannot be written", .where = file});
}

std::expected<void, Error> finish(const std::string& file) {
    std::error_code error;
    if (std::filesystem::file_size(file, error) > 0 && !error) return {};
    return std::unexpected(Error{
        .code = Errc::client_failed,
        .what = "gnuplot has not written this picture: is gnuplot installed?",
        .where = file});
}

}  // namespace

std::expected<void, Error> draw(const Plot& plot, const std::string& file) {
    if (auto made = make_room(file); !made) return made;
    {
        Gnuplot gnuplot{"gnuplot"};
        write_head(gnuplot, file, plot.title);
        write_axes(gnuplot, plot.x_label, plot.y_label);
        write_range(gnuplot, "x", plot.x_range);
        write_range(gnuplot, "y", plot.y_range);
        if (plot.is_x_logarithmic) gnuplot << "set logscale x\n";
        if (plot.is_y_logarithmic) gnuplot << "set logscale y\n";
        gnuplot << "set boxwidth 0.8 relative\n";
        write_names(gnuplot, "x", plot.x_names);
        std::string list;
        for (const PlotSeries& series : plot.series) {
            expects(series.x.size() == series.y.size());
            list += fmt::format(
                "{}'-' {} title {}",
                list.empty() ? "plot " : ", ",
                style_of(series),
                series.name.empty() ? "''" : in_quotes(series.name)
            );
        }
        gnuplot << list << "\n";
        for (const PlotSeries& series : plot.series) {
            if (series.kind == PlotSeries::Kind::band) {
                expects(series.y_high.size() == series.x.size());
                gnuplot.send1d(std::make_tuple(series.x, series.y, series.y_high));
            } else {
                gnuplot.send1d(std::make_tuple(series.x, series.y));
            }
        }
    }  // closes the pipe and waits for gnuplot
    return finish(file);
}

std::expected<void, Error> draw(const HeatMap& map, const std::string& file) {
    if (auto made = make_room(file); !made) return made;
    {
        Gnuplot gnuplot{"gnuplot"};
        write_head(gnuplot, file, map.title);
        write_axes(gnuplot, map.x_label, map.y_label);
        write_names(gnuplot, "x", map.x_names);
        write_names(gnuplot, "y", map.y_names);
        gnuplot << fmt::format(
            "set xrange [-0.5:{}]\nset yrange [-0.5:{}]\n",
            static_cast<double>(map.x_names.size()) - 0.5,
            static_cast<double>(map.y_names.size()) - 0.5
        );
        double most = 0;
        for (const std::vector<double>& row : map.values) {
            if (!row.empty()) most = std::max(most, std::ranges::max(row));
        }
        // from zero, or small differences would look like large ones
        gnuplot << fmt::format("set cbrange [0:{}]\n", most > 0 ? most : 1);
        gnuplot << "unset grid\nunset key\n"
                << "set palette defined (0 '#c53030', 0.5 '#f6e05e', 1 '#2f855a')\n"
                << "set cblabel " << in_quotes(map.value_label) << " noenhanced\n";
        std::vector<std::tuple<double, double, double>> cells;
        for (std::size_t y = 0; y < map.values.size(); ++y) {
            for (std::size_t x = 0; x < map.values[y].size(); ++x) {
                cells.emplace_back(
                    static_cast<double>(x), static_cast<double>(y), map.values[y][x]
                );
            }
        }
        gnuplot << "plot '-' using 1:2:3 with image pixels\n";
        gnuplot.send1d(cells);
    }
    return finish(file);
}

}  // namespace odradek
