#include "reports/distribution_page.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace odradek {

namespace {

using testing::HasSubstr;
using testing::Not;

/// The pages of a sample with a hot key "a<b>", in a folder that is removed at the end.
class DistributionPage : public testing::Test {
protected:
    DistributionPage()
        : folder_(
              testing::TempDir() + "odradek_page_" +
              testing::UnitTest::GetInstance()->current_test_info()->name()
          ) {
        std::filesystem::create_directories(folder_);
        for (int i = 0; i < 300; ++i) {
            names_.push_back("user-" + std::to_string(i));
        }
        std::vector<KeyRecord> records{{.key = "a<b>", .weight = 900}};
        for (const std::string& name : names_) {
            records.push_back({.key = name});
        }
        counter_.add(records);
        census_ = counter_.census();
        LaneLoads loads{report_.layout};
        report_.distribution = judge_distribution(census_, loads, {});
        report_.gates = check_gates(report_.distribution, {}, std::nullopt);
        report_.advice = advise(report_.distribution, report_.layout, {});
    }
    ~DistributionPage() override { std::filesystem::remove_all(folder_); }

    std::string page() {
        const auto written = write_distribution_page(report_, census_, folder_);
        EXPECT_TRUE(written.has_value());
        std::ifstream file(folder_ + "/distribution.html");
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }

    std::string folder_;
    std::vector<std::string> names_;
    KeyCounter counter_{{}, nullptr};
    KeyCensus census_;
    DistributionReport report_{
        .input = "keys & more",
        .weight = "records",
        .layout =
            {.partitioner = Reducer::named("murmur2"),
             .partitions = 12,
             .reducer = Reducer::named("murmur2").value(),
             .virtual_partitions = 12},
        .distribution = {},
        .gates = {},
        .advice = {},
        .tried = {},
        .drift = {}};
};

}  // namespace

TEST_F(DistributionPage, opens_offline_with_its_pictures_inside_and_beside_it) {
    const std::string html = page();
    EXPECT_THAT(html, HasSubstr("<svg"));
    EXPECT_THAT(html, Not(HasSubstr("src=\"http")));
    EXPECT_THAT(html, Not(HasSubstr("href=\"http")));
    for (const char* name : {"load_partition", "load_virtual_partition", "lorenz", "hot_keys"}) {
        for (const char* ending : {".png", ".svg"}) {
            EXPECT_GT(std::filesystem::file_size(folder_ + "/" + name + ending), 1'000U) << name;
        }
    }
}

TEST_F(DistributionPage, escapes_keys_and_names) {
    const std::string html = page();
    EXPECT_THAT(html, HasSubstr("keys &amp; more"));
    EXPECT_THAT(html, HasSubstr("a&lt;b&gt;"));
    EXPECT_THAT(html, Not(HasSubstr("a<b>")));
}

TEST_F(DistributionPage, says_at_its_head_what_no_gate_stops_and_names_what_cannot_be_reached) {
    const std::string html = page();
    EXPECT_THAT(html, HasSubstr("class=\"problem\""));
    EXPECT_THAT(html, HasSubstr("12 of 144"));  // the same hash for 12 partitions and 12 lanes
    report_.gates = {{.name = "min_speedup", .limit = 1, .value = 2, .is_upper = false}};
    EXPECT_THAT(page(), HasSubstr("class=\"verdict look\">all gates hold, but"));
    report_.gates = {{.name = "min_speedup", .limit = 5, .value = 2, .is_upper = false}};
    EXPECT_THAT(page(), HasSubstr("class=\"verdict no\">a gate does not hold"));
}

TEST_F(DistributionPage, says_that_it_could_not_be_written) {
    const auto written = write_distribution_page(report_, census_, "/nowhere/at/all");
    EXPECT_FALSE(written.has_value());
}

}  // namespace odradek
