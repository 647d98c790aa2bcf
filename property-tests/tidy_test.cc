// The house rules, each proven on a small bad input and then held against every tracked file.

#include "property-tests/tidy.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include <gtest/gtest.h>

namespace odradek::tidy {

namespace {

std::vector<std::string> tracked_paths() {
    // Untracked files that git does not ignore count: they are about to be tracked.
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> listing{
        popen("git ls-files --cached --others --exclude-standard", "r"), &pclose};
    std::string text;
    std::array<char, 4096> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), listing.get())) {
        text.append(buffer.data(), size);
    }
    std::vector<std::string> paths;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (std::ifstream{line}.good()) paths.push_back(line);
    }
    return paths;
}

std::vector<SourceFile> tracked_files() {
    std::vector<SourceFile> files;
    for (const std::string& path : tracked_paths()) {
        const bool is_text = path.ends_with(".cc") || path.ends_with(".h") ||
                             path.ends_with(".md") || path.ends_with(".yml");
        if (!is_text) continue;
        std::ostringstream text;
        text << std::ifstream{path}.rdbuf();
        files.push_back({path, text.str()});
    }
    return files;
}

void expect_none(const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
        ADD_FAILURE() << finding;
    }
}

template <typename Rule>
void hold_against_all(Rule rule) {
    const std::vector<SourceFile> files = tracked_files();
    ASSERT_GT(files.size(), 100U) << "run this from the top of the checkout";
    for (const SourceFile& file : files) {
        expect_none(rule(file));
    }
}

}  // namespace

TEST(Tidy, keeps_clock_chance_and_threads_out_of_core_and_simulator) {
    EXPECT_EQ(find_impurities({"engine/core/x.cc", "auto t = steady_clock::now();\n"}).size(), 1U);
    EXPECT_EQ(find_impurities({"simulator/x.h", "#include <random>\n"}).size(), 1U);
    EXPECT_TRUE(find_impurities({"engine/core/x.cc", "// steady_clock is banned\n"}).empty());
    EXPECT_TRUE(find_impurities({"engine/runtime/x.cc", "#include <thread>\n"}).empty());
    hold_against_all(find_impurities);
}

TEST(Tidy, keeps_every_library_and_every_folder_in_its_place) {
    EXPECT_EQ(
        find_wrong_includes({"engine/core/x.cc", "#include <librdkafka/rdkafka.h>\n"}).size(), 1U
    );
    EXPECT_EQ(
        find_wrong_includes({"engine/core/x.cc", "#include \"engine/kafka/a.h\"\n"}).size(), 1U
    );
    EXPECT_EQ(find_wrong_includes({"simulator/x.cc", "#include \"scenarios/a.h\"\n"}).size(), 1U);
    EXPECT_TRUE(find_wrong_includes({"scenarios/x.cc", "#include \"simulator/a.h\"\n"}).empty());
    EXPECT_TRUE(find_wrong_includes({"engine/core/x.cc", "#include \"odradek/types.h\"\n"}).empty()
    );
    hold_against_all(find_wrong_includes);
}

TEST(Tidy, keeps_files_short_and_lines_clean) {
    EXPECT_EQ(find_untidiness({"a.cc", std::string(101, 'x') + "\n"}).size(), 1U);
    EXPECT_EQ(find_untidiness({"a.cc", "x \n\ty\n// FIXME\n// TODO: later\n"}).size(), 4U);
    EXPECT_TRUE(find_untidiness({"a.cc", "// TODO(#12): later\n"}).empty());
    EXPECT_EQ(find_untidiness({"a.h", "using namespace std;\n"}).size(), 2U);
    std::string many;
    for (int line = 0; line < 601; ++line) {
        many += "x\n";
    }
    EXPECT_EQ(find_untidiness({"a.cc", many}).size(), 1U);
    hold_against_all(find_untidiness);
}

TEST(Tidy, lets_no_test_wait_for_time_to_pass) {
    EXPECT_EQ(find_test_waits({"a_test.cc", "std::this_thread::sleep_for(1s);\n"}).size(), 1U);
    EXPECT_TRUE(find_test_waits({"a.cc", "std::this_thread::sleep_for(1s);\n"}).empty());
    hold_against_all(find_test_waits);
}

TEST(Tidy, throws_contract_violations_only) {
    EXPECT_EQ(find_exceptions({"a.cc", "throw std::runtime_error(\"x\");\n"}).size(), 1U);
    EXPECT_EQ(find_exceptions({"a.cc", "} catch (...) {\n"}).size(), 1U);
    EXPECT_TRUE(find_exceptions({"a.cc", "throw ContractViolation(x);\n"}).empty());
    EXPECT_TRUE(find_exceptions({"a_test.cc", "throw 7;\n"}).empty());
    hold_against_all(find_exceptions);
}

TEST(Tidy, has_a_test_beside_every_source_of_the_core) {
    EXPECT_EQ(find_untested({{"engine/core/x.cc", ""}}).size(), 1U);
    EXPECT_TRUE(find_untested({{"engine/core/x.cc", ""}, {"engine/core/x_test.cc", ""}}).empty());
    expect_none(find_untested(tracked_files()));
}

TEST(Tidy, has_no_link_that_leads_nowhere) {
    EXPECT_EQ(find_dead_links({"a.md", "see [it](b.md)\n"}, {"a.md"}).size(), 1U);
    EXPECT_TRUE(
        find_dead_links({"d/a.md", "[it](b.md#part) [web](https://x.y)\n"}, {"d/b.md"}).empty()
    );
    const std::vector<std::string> paths = tracked_paths();
    hold_against_all([&](const SourceFile& file) { return find_dead_links(file, paths); });
}

TEST(Tidy, claims_no_feature_as_tested_without_a_test_that_names_it) {
    const SourceFile readme{
        "README.md",
        "| PC-1 | ordering | yes | yes | yes | yes |\n| PC-2 | n | no | no | no | no |\n"};
    EXPECT_EQ(find_unproven_features({readme}).size(), 1U);
    EXPECT_TRUE(find_unproven_features({readme, {"a_test.cc", "TEST(A, PC1_b)"}}).empty());
    EXPECT_EQ(find_unproven_features({readme, {"a_test.cc", "TEST(A, PC12_b)"}}).size(), 1U);
    expect_none(find_unproven_features(tracked_files()));
}

}  // namespace odradek::tidy
