#include "reports/plot.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace odradek {

namespace {

std::string first_bytes(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string bytes(5, '\0');
    in.read(bytes.data(), 5);
    return bytes;
}

}  // namespace

TEST(Plot, writes_png_and_svg_also_with_quotes_in_its_names) {
    const Plot plot{
        .title = "it's a title",
        .x_label = "lane",
        .y_label = "load",
        .series = {
            {.kind = PlotSeries::Kind::band,
             .name = "fair",
             .x = {0, 1},
             .y = {0, 0},
             .y_high = {2, 2}},
            {.kind = PlotSeries::Kind::bars, .name = "o'load", .x = {0, 1}, .y = {1, 2}}}};
    const std::string base = testing::TempDir() + "odradek_plot";
    ASSERT_TRUE(draw(plot, base + ".png").has_value());
    EXPECT_EQ(first_bytes(base + ".png").substr(1, 3), "PNG");
    ASSERT_TRUE(draw(plot, base + ".svg").has_value());
    EXPECT_EQ(first_bytes(base + ".svg"), "<?xml");
    std::filesystem::remove(base + ".png");
    std::filesystem::remove(base + ".svg");
}

TEST(Plot, says_when_the_picture_could_not_be_written) {
    const Plot plot{
        .title = "",
        .x_label = "",
        .y_label = "",
        .series = {{.name = "", .x = {0, 1}, .y = {0, 1}}}};
    EXPECT_EQ(draw(plot, "/nowhere/at/all.png").error().where, "/nowhere/at/all.png");
}

}  // namespace odradek
