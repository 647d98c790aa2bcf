#include "engine/config/units.h"

#include <chrono>

#include <gtest/gtest.h>

namespace odradek {

using namespace std::chrono_literals;

TEST(Units, reads_durations_in_every_unit) {
    EXPECT_EQ(parse_duration("7ns"), 7ns);
    EXPECT_EQ(parse_duration("20us"), 20us);
    EXPECT_EQ(parse_duration("20ms"), 20ms);
    EXPECT_EQ(parse_duration("5s"), 5s);
    EXPECT_EQ(parse_duration("2m"), 2min);
    EXPECT_EQ(parse_duration("1h"), 1h);
    EXPECT_EQ(parse_duration("1.5s"), 1500ms);
    EXPECT_EQ(parse_duration("0ms"), 0ms);
}

TEST(Units, refuses_durations_without_unit_or_sense) {
    for (const char* text :
         {"",
          "5",
          "ms",
          "-5s",
          "5 s",
          "5s ",
          "5sec",
          "1.s",
          ".5s",
          "1..5s",
          "0.5ns",
          "1_s",
          "999999999999h",
          "123456789012345678s"}) {
        EXPECT_FALSE(parse_duration(text).has_value()) << text;
    }
    EXPECT_EQ(parse_duration("5").error(), "a duration such as 20ms, 5s or 2m");
}

TEST(Units, reads_rates_and_ratios_without_rounding) {
    EXPECT_EQ(parse_rate("1000/s"), (Rate{1000, 1s}));
    EXPECT_EQ(parse_rate("60/m"), (Rate{60, 1min}));
    EXPECT_EQ(parse_ratio("0.1%"), (Ratio{1, 1000}));
    EXPECT_EQ(parse_ratio("5%"), (Ratio{1, 20}));
    EXPECT_EQ(parse_ratio("1/20"), (Ratio{1, 20}));
    EXPECT_EQ(parse_ratio("0.05"), (Ratio{1, 20}));
    EXPECT_EQ(parse_ratio("100%"), (Ratio{1, 1}));
    EXPECT_EQ(parse_ratio("0"), (Ratio{0, 1}));
    for (const char* text : {"1000", "/s", "0/s", "1.5/s", "5/x"}) {
        EXPECT_FALSE(parse_rate(text).has_value()) << text;
    }
    for (const char* text : {"", "101%", "2", "1/0", "5%%", "x"}) {
        EXPECT_FALSE(parse_ratio(text).has_value()) << text;
    }
}

TEST(Units, reads_sizes_and_counts) {
    EXPECT_EQ(parse_bytes("4096"), 4096U);
    EXPECT_EQ(parse_bytes("64KiB"), 65536U);
    EXPECT_EQ(parse_bytes("0.5MiB"), 524288U);
    EXPECT_FALSE(parse_bytes("64kb").has_value());
    EXPECT_EQ(parse_count("20_000"), 20'000U);
    EXPECT_FALSE(parse_count("1.5").has_value());
    EXPECT_FALSE(parse_count("-1").has_value());
}

TEST(Units, writes_what_it_reads_back) {
    for (const char* text : {"0ms", "20ms", "90s", "2m", "1500us", "3h"}) {
        EXPECT_EQ(to_text(*parse_duration(text)), text);
    }
    EXPECT_EQ(to_text(*parse_duration("1.5s")), "1500ms");
    EXPECT_EQ(parse_duration("9223372036854775807ns"), Duration::max());
    EXPECT_EQ(to_text(Duration::max()), "9223372036854775807ns");
    EXPECT_FALSE(parse_duration("9223372036854775808ns").has_value());
    EXPECT_EQ(to_text(*parse_rate("1000/s")), "1000/s");
    for (const char* text : {"0%", "0.1%", "5%", "12.5%", "100%", "1/3"}) {
        EXPECT_EQ(to_text(*parse_ratio(text)), text);
    }
}

}  // namespace odradek
