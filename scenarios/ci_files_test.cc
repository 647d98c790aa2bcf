// The files that teams copy into their CI say what this program understands.

#include "engine/config/yaml_reader.h"
#include "scenarios/commands.h"

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

std::string text_of(const std::string& path) {
    std::ifstream input(path);
    EXPECT_TRUE(input.good()) << path;
    std::ostringstream text;
    text << input.rdbuf();
    return text.str();
}

/// The options of every `odradek chaos sweep` in a text.
std::vector<std::string> sweep_options(const std::string& text) {
    std::vector<std::string> options;
    const std::regex command(R"(odradek chaos sweep[^\n]*(\n +--[^\n]*)?)");
    const std::regex option(R"(--[a-z-]+)");
    for (std::sregex_iterator at(text.begin(), text.end(), command), end; at != end; ++at) {
        const std::string line = at->str();
        for (std::sregex_iterator one(line.begin(), line.end(), option); one != end; ++one) {
            options.push_back(one->str());
        }
    }
    return options;
}

std::string sweep_help() {
    testing::internal::CaptureStdout();
    const std::vector<std::string> arguments{"--help"};
    EXPECT_EQ(sweep_command(arguments), ExitCode::passed);
    return testing::internal::GetCapturedStdout();
}

}  // namespace

TEST(CiFiles, are_yaml_and_use_options_that_a_sweep_has) {
    const std::string help = sweep_help();
    for (const char* file :
         {"scenarios/ci/github-actions.yml", "scenarios/ci/kubernetes-job.yml"}) {
        const std::string text = text_of(file);
        EXPECT_TRUE(parse_yaml(text, file).has_value()) << file;
        const std::vector<std::string> options = sweep_options(text);
        EXPECT_GE(options.size(), 3U) << file;
        for (const std::string& option : options) {
            EXPECT_NE(help.find(option), std::string::npos) << file << " uses " << option;
        }
    }
}

TEST(CiFiles, are_ten_lines_in_the_readme) {
    const std::string readme = text_of("README.md");
    const std::size_t heading = readme.find("## Chaos in your CI");
    ASSERT_NE(heading, std::string::npos);
    const std::size_t begin = readme.find("```yaml\n", heading) + 8;
    const std::string recipe = readme.substr(begin, readme.find("```", begin) - begin);
    EXPECT_LE(std::ranges::count(recipe, '\n'), 10);
    EXPECT_TRUE(parse_yaml(recipe, "README.md").has_value());
    const std::string help = sweep_help();
    for (const std::string& option : sweep_options(recipe)) {
        EXPECT_NE(help.find(option), std::string::npos) << option;
    }
}

}  // namespace odradek::scenarios
