#include "engine/config/engine_options.h"

#include <chrono>

#include <gtest/gtest.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

struct Read {
    EngineOptions options;
    std::vector<ConfigError> errors;
};

Read read(const std::string& yaml) {
    Read result;
    const auto node = parse_yaml(yaml, "f.yml");
    if (!node) return {.options = {}, .errors = node.error()};
    ConfigReader reader("f.yml");
    read_engine_options(reader, *node, "engine", result.options);
    result.errors = reader.errors();
    return result;
}

}  // namespace

TEST(EngineOptions, are_read_by_the_names_of_the_library) {
    const Read result = read(
        "ordering: partition\nconcurrency_max: 100\nretry: {delay: 20ms, attempts_max: 5, then: "
        "skip}\n"
        "commit: {interval: 1s, offset_map: none}\nbuffer: {records_max: 500, bytes_max: 64KiB}\n"
    );
    EXPECT_TRUE(result.errors.empty());
    EXPECT_EQ(result.options.ordering, Ordering::partition);
    EXPECT_EQ(result.options.concurrency_max, 100U);
    EXPECT_EQ(result.options.retry.delay, 20ms);
    EXPECT_EQ(result.options.retry.attempts_max, 5U);
    EXPECT_EQ(result.options.retry.then, AfterLastAttempt::skip);
    EXPECT_EQ(result.options.commit.interval, 1s);
    EXPECT_EQ(result.options.commit.offset_map, MapFormat::none);
    EXPECT_EQ(result.options.buffer.records_max, 500U);
    EXPECT_EQ(result.options.buffer.bytes_max, 65536U);
}

TEST(EngineOptions, take_the_deployment_files_name_of_the_concurrency) {
    EXPECT_EQ(read("max_concurrency: 7\n").options.concurrency_max, 7U);
    EXPECT_EQ(read("max_concurrency: 7\nconcurrency_max: 8\n").errors.size(), 1U);
}

TEST(EngineOptions, refuse_values_out_of_range_and_unknown_names) {
    EXPECT_EQ(read("concurrency_max: 0\n").errors.size(), 1U);
    EXPECT_EQ(read("commit: {interval: 0s}\n").errors.size(), 1U);
    EXPECT_EQ(read("batch_size: 0\n").errors.size(), 1U);
    EXPECT_EQ(read("virtual_partitions: {reducer: sum17}\n").errors.size(), 1U);
    const Read unknown = read("retry: {delai: 1s}\n");
    ASSERT_EQ(unknown.errors.size(), 1U);
    EXPECT_EQ(unknown.errors[0].help, "did you mean 'delay'?");
}

TEST(EngineOptions, PS7_read_what_must_match_and_refuse_what_is_no_fingerprint) {
    const Read fine =
        read("commit: {must_match: {virtual_partitions: 10}, may_replace: 00ab12cd}\n");
    EXPECT_TRUE(fine.errors.empty());
    EXPECT_EQ(fine.options.commit.must_match.at("virtual_partitions"), "10");
    EXPECT_EQ(fine.options.commit.may_replace, 0x00AB12CDU);
    EXPECT_EQ(read("commit: {may_replace: 12}\n").errors.size(), 1U);
    EXPECT_EQ(read("commit: {may_replace: 0123456g}\n").errors.size(), 1U);
    EXPECT_EQ(read("commit: {must_match: 10}\n").errors.size(), 1U);
}

TEST(EngineOptions, come_back_from_what_they_write) {
    EngineOptions options;
    options.ordering = Ordering::unordered;
    options.retry.delay = 30ms;
    options.retry.then = AfterLastAttempt::dead_letter;
    options.commit.metadata_chars_max = 100;
    options.batch_size = 20;
    options.virtual_partitions = {
        .max_partitions = 30,
        .partitioner = PartitionBy::header,
        .header = "tenant",
        .reducer = "murmur2-salted"};
    options.batch_latency = 3s;
    options.commit.must_match = {{"partitioner", "customer"}, {"segments", "5"}};
    options.commit.on_mismatch = SettingsMismatch::replace;
    options.commit.may_replace = 0xCD840424;
    options.buffer.pause_after = 0ms;
    const std::string yaml = engine_options_yaml(options, 0);
    const Read again = read(yaml);
    EXPECT_TRUE(again.errors.empty()) << yaml;
    for (const EngineOptionRow& row : engine_option_rows()) {
        EXPECT_EQ(row.write(again.options), row.write(options)) << row.path;
    }
    EXPECT_EQ(engine_options_yaml(EngineOptions{}, 0), "");
}

}  // namespace odradek
