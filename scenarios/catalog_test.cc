#include "scenarios/catalog.h"

#include "scenarios/run.h"
#include "scenarios/scenario_file.h"
#include "scenarios/scenario_text.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

std::vector<Scenario> catalogue(const std::string& word) {
    const std::array<std::string, 1> words{word};
    auto scenarios = load_scenarios(words);
    if (scenarios) return *scenarios;
    for (const ConfigError& error : scenarios.error()) {
        ADD_FAILURE() << to_string(error);
    }
    return {};
}

}  // namespace

TEST(Catalogue, is_found_and_every_file_of_it_can_be_read) {
    EXPECT_GT(catalogue("all").size(), 30U);
    EXPECT_GT(catalogue("standard").size(), 20U);
    EXPECT_EQ(catalogue("key-order-under-retries").size(), 1U);
    EXPECT_EQ(catalogue("ordering/key-order-under-retries").size(), 1U);
}

TEST(Catalogue, calls_a_file_from_elsewhere_by_its_path) {
    const std::filesystem::path path =
        std::filesystem::path(testing::TempDir()) / "odradek_catalog_test.yml";
    std::filesystem::copy_file(
        catalog_folder() / "ordering" / "hot-key.yml",
        path,
        std::filesystem::copy_options::overwrite_existing
    );
    EXPECT_EQ(full_name(catalogue(path.string()).at(0)), path.string());
    EXPECT_EQ(full_name(catalogue("hot-key").at(0)), "ordering/hot-key");
    std::filesystem::remove(path);
}

TEST(Catalogue, names_the_nearest_for_a_word_that_means_nothing) {
    const auto found = resolve_scenarios(catalog_folder(), "key-order-under-retreis");
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().front().help, "did you mean 'key-order-under-retries'?");
}

TEST(Catalogue, has_a_title_and_a_name_of_its_own_for_every_scenario) {
    std::set<std::string> names;
    for (const Scenario& scenario : catalogue("all")) {
        EXPECT_FALSE(scenario.title.empty()) << scenario.name;
        EXPECT_TRUE(names.insert(scenario.name).second) << scenario.name << " stands twice";
        EXPECT_LE(scenario.title.size(), 90U) << scenario.name;
    }
}

TEST(Catalogue, comes_back_from_what_the_writer_makes_of_it) {
    for (const Scenario& scenario : catalogue("all")) {
        const std::string yaml = scenario_yaml(scenario);
        const auto again = parse_scenario(yaml, scenario.name);
        ASSERT_TRUE(again.has_value()) << yaml;
        EXPECT_EQ(scenario_yaml(*again), yaml);
    }
}

TEST(Catalogue, PS7_a_member_of_another_deploy_stops_before_it_processes_anything) {
    const Scenario mixed = catalogue("commit/mixed-deploy").at(0);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const RunReport report = run_simulated(mixed, {.seed = seed, .keep_trace = true});
        EXPECT_TRUE(is_as_expected(report.verdict, mixed.expect)) << seed;
        const auto of_newcomer = [&](TraceEvent::Kind kind) {
            return std::ranges::find_if(report.trace, [&](const TraceEvent& event) {
                return event.member == 2 && event.kind == kind;
            });
        };
        EXPECT_EQ(of_newcomer(TraceEvent::Kind::started), report.trace.end()) << seed;
        const auto down = of_newcomer(TraceEvent::Kind::member_down);
        ASSERT_NE(down, report.trace.end()) << seed;
        EXPECT_TRUE(down->detail.starts_with("settings_changed")) << down->detail;
        EXPECT_NE(down->detail.find("virtual_partitions=10"), std::string::npos) << down->detail;
    }
}

/// Each baseline must be caught at the guarantee that its file names: the checkers see.
TEST(Catalogue, breaks_each_baseline_for_its_stated_reason) {
    constexpr std::uint64_t seeds_max = 100;
    for (const Scenario& scenario : catalogue("baselines")) {
        std::uint64_t seed = 1;
        while (seed <= seeds_max &&
               !is_as_expected(run_simulated(scenario, {.seed = seed}).verdict, scenario.expect)) {
            ++seed;
        }
        EXPECT_LE(seed, seeds_max) << scenario.name;
        RecordProperty(scenario.name, std::to_string(seed));
    }
}

}  // namespace odradek::scenarios
