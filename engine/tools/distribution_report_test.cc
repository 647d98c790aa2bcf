#include "engine/tools/distribution_report.h"

#include "engine/tools/readable_key.h"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

using testing::HasSubstr;
using testing::Not;

DistributionReport sample_report() {
    static KeyCounter counter{{}, nullptr};
    if (counter.census().rows == 0) {
        counter.add(std::vector<KeyRecord>{{.key = "a<b>", .weight = 3}, {.key = "c", .weight = 1}}
        );
    }
    DistributionReport report{
        .input = "keys \"x\" & y",
        .weight = "records",
        .layout = {.partitioner = Reducer::named("murmur2"), .partitions = 2},
        .distribution = {},
        .gates =
            {{.name = "min_speedup", .limit = 4, .value = 1.5, .is_upper = false},
             {.name = "max_hot_key", .limit = 0.9, .value = 0.75}},
        .advice = {},
        .tried = {},
        .drift = {}};
    LaneLoads loads{report.layout};
    report.distribution = judge_distribution(counter.census(), loads, {});
    return report;
}

}  // namespace

TEST(DistributionReport, passes_when_all_gates_do) {
    DistributionReport report = sample_report();
    EXPECT_FALSE(report.has_passed());
    report.gates.erase(report.gates.begin());
    EXPECT_TRUE(report.has_passed());
    report.gates.clear();
    EXPECT_TRUE(report.has_passed());
}

TEST(DistributionReport, is_junit_with_one_case_a_gate) {
    const std::string junit = to_junit(sample_report());
    EXPECT_THAT(junit, HasSubstr("tests=\"2\" failures=\"1\""));
    EXPECT_THAT(junit, HasSubstr("keys &quot;x&quot; &amp; y"));
    EXPECT_THAT(junit, HasSubstr("<failure message=\"min_speedup is 1.5, limit at least 4\"/>"));
}

TEST(DistributionReport, has_colours_only_when_asked) {
    EXPECT_THAT(to_text(sample_report(), Colours::off), Not(HasSubstr("\x1B[")));
    EXPECT_THAT(to_text(sample_report(), Colours::on), HasSubstr("\x1B[31m✗"));
}

TEST(DistributionReport, shows_gates_on_shares_as_percent) {
    const std::string text = to_text(sample_report(), Colours::off);
    EXPECT_THAT(text, HasSubstr("75.00 % ≤ 90.00 %"));
    EXPECT_THAT(text, HasSubstr("1.50 ≥ 4.00"));
}

TEST(Drift, is_none_against_oneself_and_the_moved_share_otherwise) {
    const DistributionReport report = sample_report();
    Baseline baseline = read_baseline(to_json(report)).value();
    EXPECT_EQ(measure_drift(report.distribution, baseline).largest(), 0);
    baseline.hot_keys = {{.key = "a<b>", .weight = 1}, {.key = "d", .weight = 3}};
    const Drift drift = measure_drift(report.distribution, baseline);
    EXPECT_NEAR(drift.hot_keys, 0.75, 1e-12);  // a: 3/4 was 1/4; c: 1/4 was 0; d: 0 was 3/4
    EXPECT_THAT(drift.new_hot_keys, testing::ElementsAre("c"));
    EXPECT_THAT(drift.gone_hot_keys, testing::ElementsAre("d"));
    EXPECT_FALSE(read_baseline("{}").has_value());
    EXPECT_FALSE(read_baseline("[").has_value());
}

// Vectors of RFC 4648, section 10.
TEST(ReadableKey, is_base64_exactly_when_the_key_is_no_utf_8) {
    EXPECT_EQ(readable_key("тест🔑"), "тест🔑");
    EXPECT_EQ(readable_key("\xFF"), "base64:/w==");
}

}  // namespace odradek
