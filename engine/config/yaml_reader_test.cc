#include "engine/config/yaml_reader.h"

#include <array>
#include <chrono>

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

ConfigNode parsed(const std::string& yaml) {
    auto node = parse_yaml(yaml, "f.yml");
    EXPECT_TRUE(node.has_value());
    return node.value_or(ConfigNode{});
}

}  // namespace

TEST(YamlReader, reads_typed_fields) {
    const ConfigNode root = parsed("delay: 20ms\nratio: 5%\nrate: 10/s\non: true\ncount: 3\n");
    ConfigReader reader("f.yml");
    ConfigMap map(reader, root, "");
    Duration delay{};
    Ratio ratio;
    Rate rate;
    bool on = false;
    int count = 0;
    EXPECT_TRUE(map.read("delay", delay));
    EXPECT_TRUE(map.read("ratio", ratio));
    EXPECT_TRUE(map.read("rate", rate));
    EXPECT_TRUE(map.read("on", on));
    EXPECT_TRUE(map.read_count("count", count));
    EXPECT_FALSE(map.read("absent", delay));
    map.finish();
    EXPECT_EQ(delay, 20ms);
    EXPECT_EQ(ratio, (Ratio{1, 20}));
    EXPECT_EQ(rate, (Rate{10, 1s}));
    EXPECT_TRUE(on);
    EXPECT_EQ(count, 3);
    EXPECT_TRUE(reader.errors().empty());
}

TEST(YamlReader, reports_all_mistakes_with_line_and_column) {
    const ConfigNode root = parsed("delay: 20\norderin: key\ncount: 12\n");
    ConfigReader reader("f.yml");
    ConfigMap map(reader, root, "engine");
    Duration delay = 7s;
    int count = 0;
    map.read("delay", delay);
    map.read_count("count", count, {.min = 1, .max = 9});
    (void)map.find("ordering");
    (void)map.require("topic");
    map.finish();
    ASSERT_EQ(reader.errors().size(), 4U);
    EXPECT_EQ(
        to_string(reader.errors()[0]),
        "f.yml:1:8: expected a duration such as 20ms, 5s or 2m, found '20'"
    );
    EXPECT_EQ(to_string(reader.errors()[1]), "f.yml:3:8: expected 1 to 9, found '12'");
    EXPECT_EQ(to_string(reader.errors()[2]), "f.yml:1:1: field 'engine.topic' is missing");
    EXPECT_EQ(
        to_string(reader.errors()[3]),
        "f.yml:2:1: unknown field 'engine.orderin'; did you mean 'ordering'?"
    );
    EXPECT_EQ(delay, 7s);
}

TEST(YamlReader, refuses_what_is_not_one_yaml_document) {
    const auto broken = parse_yaml("a: [1, 2\nb: 3\n", "f.yml");
    ASSERT_FALSE(broken.has_value());
    EXPECT_EQ(broken.error().front().file, "f.yml");
    EXPECT_GT(broken.error().front().line, 0U);
    EXPECT_FALSE(parse_yaml("", "f.yml").has_value());
    EXPECT_FALSE(parse_yaml("a: 1\n---\nb: 2\n", "f.yml").has_value());
    EXPECT_FALSE(parse_yaml("a: 1\na: 2\n", "f.yml").has_value());
}

TEST(YamlReader, refuses_bytes_that_yaml_cpp_would_read_for_ever) {
    const std::string bytes =
        ",<9\xF9\xCC\xC1q\xC8\xD8\xF9.\xA3\xC8\x1FL\xD4\x8F\xD3\xF6\xB7'i\xD9\xB5";
    EXPECT_EQ(to_string(parse_yaml(bytes, "f.yml").error()[0]), "f.yml: not UTF-8 text");
    EXPECT_FALSE(parse_yaml(std::string("a\0b", 3), "f.yml").has_value());
}

TEST(YamlReader, refuses_aliases_that_never_end) {
    EXPECT_FALSE(parse_yaml("a: &x [*x]\n", "f.yml").has_value());
    std::string doubling = "a0: &a0 [1, 2]\n";
    for (int level = 1; level < 40; ++level) {
        const std::string below = "*a" + std::to_string(level - 1);
        const std::string name = "a" + std::to_string(level);
        doubling += name + ": &" + name + " [" + below + ", " + below + "]\n";
    }
    const auto read = parse_yaml(doubling, "f.yml");
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().size(), 1U);
}

TEST(YamlReader, names_the_choices) {
    const ConfigNode root = parsed("ordering: kee\n");
    ConfigReader reader("f.yml");
    constexpr std::array<std::string_view, 2> names{"key", "partition"};
    EXPECT_EQ(reader.read_choice(root.fields[0].value, names), no_choice);
    EXPECT_EQ(
        to_string(reader.errors()[0]),
        "f.yml:1:11: expected one of key, partition, found 'kee'; did you mean 'key'?"
    );
}

TEST(YamlReader, tells_a_list_from_a_value) {
    const ConfigNode root = parsed("delay: [1s]\nengine: 3\n");
    ConfigReader reader("f.yml");
    Duration delay{};
    EXPECT_FALSE(reader.read(root.fields[0].value, delay));
    const ConfigMap map(reader, root.fields[1].value, "engine");
    ASSERT_EQ(reader.errors().size(), 2U);
    EXPECT_EQ(reader.errors()[0].what, "expected a duration such as 20ms, 5s or 2m, found a list");
    EXPECT_EQ(reader.errors()[1].what, "expected a mapping for engine, found '3'");
}

}  // namespace odradek
