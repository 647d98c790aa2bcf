// The reference in README.md and the reader of scenario files say the same.

#include "scenarios/fault.h"
#include "scenarios/scenario_file.h"
#include "simulator/baselines/baseline.h"
#include "simulator/checkers/judge.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ifstream input(path);
    EXPECT_TRUE(input.good()) << path;
    std::ostringstream text;
    text << input.rdbuf();
    return text.str();
}

/// Names in the first column of the tables under a heading, or under all of them.
std::set<std::string> first_column(const std::string& markdown, const std::string& heading) {
    std::set<std::string> names;
    std::istringstream lines(markdown);
    std::string section;
    const std::regex row(R"(^\| `([^`]+)` \|.*)");
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("## ")) section = line.substr(3);
        std::smatch match;
        if (section == heading && std::regex_match(line, match, row)) names.insert(match[1]);
    }
    return names;
}

/// The latency's own fields are described once, wherever one stands.
std::string normalised(const std::string& path) {
    static const std::regex latency(
        R"(^(handler\.latency|handler\.slow\.latency|)"
        R"(handler\.deferred\.latency|cluster\.network)\.)"
    );
    return std::regex_replace(path, latency, "LATENCY.");
}

std::set<std::string> known_fields() {
    constexpr std::array latencies{
        "1ms",
        "{uniform: [1ms, 2ms]}",
        "{exponential: {mean: 1ms}}",
        "{bimodal: {usual: 1ms, rare: 2ms}}"};
    constexpr std::array keys{
        "unique", "{uniform: 3}", "{zipf: {keys: 3}}", "{hot: {keys: 3}}", "{burst: {keys: 3}}"};
    std::set<std::string> fields;
    const auto add = [&](const std::string& yaml) {
        for (const std::string& path : fields_asked_for(yaml)) {
            fields.insert(normalised(path));
        }
    };
    for (const std::string latency : latencies) {
        add("title: t\nhandler: {latency: " + latency +
            ", poison: {keys: [k]}, slow: {keys: [k], "
            "latency: " +
            latency + "}, deferred: {latency: " + latency + "}}\ncluster: {network: " + latency +
            "}\n");
    }
    for (const std::string law : keys) {
        add("title: t\nload: {arrival: {bursts: {size: 3}}, keys: " + law + "}\n");
    }
    add("title: t\ntopics: [{name: a}]\nengine: {retry: {}, commit: {}, buffer: {}, deferred: {}, "
        "slow: {}, virtual_partitions: {}}\nclient: {}\n"
        "faults: [{what: compact, at: 1s}]\nphases: {}\nexpect: {broken: key_order}\n");
    return fields;
}

}  // namespace

TEST(Reference, describes_every_field_that_the_reader_knows_and_no_other) {
    const std::set<std::string> described =
        first_column(text_of("scenarios/README.md"), "The file");
    const std::set<std::string> known = known_fields();
    for (const std::string& field : known) {
        EXPECT_TRUE(described.contains(field)) << "README.md does not describe " << field;
    }
    for (const std::string& field : described) {
        EXPECT_TRUE(known.contains(field)) << "the reader does not know " << field;
    }
}

TEST(Reference, lists_every_fault_guarantee_and_baseline) {
    const std::string markdown = text_of("scenarios/README.md");
    std::set<std::string> faults;
    for (const FaultRow& row : fault_rows()) {
        faults.emplace(row.name);
    }
    std::set<std::string> guarantees;
    for (const sim::GuaranteeRow& row : sim::guarantee_rows()) {
        guarantees.emplace(row.name);
    }
    std::set<std::string> baselines;
    for (const sim::BaselineRow& row : sim::baseline_rows()) {
        baselines.emplace(row.name);
    }
    EXPECT_EQ(first_column(markdown, "Faults"), faults);
    EXPECT_EQ(first_column(markdown, "Guarantees"), guarantees);
    EXPECT_EQ(first_column(markdown, "Baselines"), baselines);
}

TEST(Reference, shows_a_scenario_that_the_reader_takes) {
    const std::string markdown = text_of("scenarios/README.md");
    const std::size_t begin = markdown.find("```yaml\n");
    ASSERT_NE(begin, std::string::npos);
    const std::size_t first = begin + 8;
    const std::string yaml = markdown.substr(first, markdown.find("```", first) - first);
    const auto scenario = parse_scenario(yaml, "README.md");
    EXPECT_TRUE(scenario.has_value()) << to_string(scenario.error().front());
}

}  // namespace odradek::scenarios
