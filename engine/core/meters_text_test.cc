#include "odradek/meters.h"

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

bool has_line(const std::string& text, const std::string& line) {
    return text.find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST(PC29_Meters, time_falls_into_buckets_of_doubling_width) {
    TimerMeter timer;
    for (const Duration took : {0ns, 1000ns, 1001ns, 2000ns, 2001ns}) {
        timer.observe(took);
    }
    timer.observe(1h);
    EXPECT_EQ(timer.buckets[0], 2U) << "up to 1 us";
    EXPECT_EQ(timer.buckets[1], 2U) << "up to 2 us";
    EXPECT_EQ(timer.buckets[2], 1U) << "up to 4 us";
    EXPECT_EQ(timer.buckets.back(), 1U);
    EXPECT_EQ(timer.count, 6U);
    EXPECT_EQ(timer.longest, 1h);
}

TEST(PC29_Meters, are_written_for_prometheus_with_the_common_tags_on_every_sample) {
    Meters meters{.state = "running", .in_flight = 3, .done = 41};
    meters.notices["record_slow"] = 2;
    meters.encodings["entropy"] = {.maps = 4, .units = 80, .offsets = 900};
    meters.handler.observe(3us);
    meters.partitions.push_back(
        {.partition = {"orders", PartitionId{7}},
         .last_committed = Offset{12},
         .metadata_units = 1'024,
         .metadata_units_max = 4'096,
         .blocking = BlockingRecord{.offset = Offset{12}, .blocked_for = 1500ms}}
    );
    const std::string text = prometheus_text(meters, {{"service", "ship\"ping"}});
    const std::string tag = R"(service="ship\"ping")";
    EXPECT_TRUE(has_line(text, "# TYPE odradek_records_total counter"));
    EXPECT_TRUE(has_line(text, "odradek_records_total{" + tag + ",outcome=\"done\"} 41"));
    EXPECT_TRUE(has_line(text, "odradek_records_in_flight{" + tag + "} 3"));
    EXPECT_TRUE(has_line(text, "odradek_state{" + tag + ",state=\"running\"} 1"));
    EXPECT_TRUE(has_line(text, "odradek_notices_total{" + tag + ",kind=\"record_slow\"} 2"));
    EXPECT_TRUE(
        has_line(text, "odradek_offset_map_units_total{" + tag + ",encoding=\"entropy\"} 80")
    );
    EXPECT_TRUE(has_line(text, "odradek_handler_seconds_bucket{" + tag + ",le=\"2e-06\"} 0"));
    EXPECT_TRUE(has_line(text, "odradek_handler_seconds_bucket{" + tag + ",le=\"4e-06\"} 1"));
    EXPECT_TRUE(has_line(text, "odradek_handler_seconds_bucket{" + tag + ",le=\"+Inf\"} 1"));
    EXPECT_TRUE(has_line(text, "odradek_handler_seconds_sum{" + tag + "} 3e-06"));
    const std::string place = "{" + tag + R"(,partition="7",topic="orders"})";
    EXPECT_TRUE(has_line(text, "odradek_partition_committed_offset" + place + " 12"));
    EXPECT_TRUE(has_line(text, "odradek_partition_metadata_used_ratio" + place + " 0.25"));
    EXPECT_TRUE(has_line(text, "odradek_partition_blocked_seconds" + place + " 1.5"));
    std::size_t samples = 0;
    std::size_t tagged = 0;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        const std::string line = text.substr(at, text.find('\n', at) - at);
        if (line.starts_with("#")) continue;
        ++samples;
        tagged += line.find(tag) != std::string::npos ? 1U : 0U;
    }
    EXPECT_EQ(samples, tagged);
    EXPECT_NE(prometheus_text(meters).find("\nodradek_records_in_flight 3\n"), std::string::npos);
}

}  // namespace odradek
