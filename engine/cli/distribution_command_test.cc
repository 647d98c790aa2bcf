#include "engine/cli/distribution_command.h"

#include "engine/cli/distribution_contract.h"

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace odradek {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DistributionCommand : public testing::Test {
protected:
    ~DistributionCommand() override {
        for (const std::string& path : files_) {
            (void)std::remove(path.c_str());
        }
    }
    std::string file(const std::string& name, const std::string& text) {
        files_.push_back(testing::TempDir() + "odradek_command_" + name);
        std::ofstream(files_.back(), std::ios::binary) << text;
        return files_.back();
    }
    ExitCode run(std::vector<std::string> arguments, const DistributionExtras& extras = {}) {
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const ExitCode code = run_distribution(arguments, extras);
        out_ = testing::internal::GetCapturedStdout();
        errors_ = testing::internal::GetCapturedStderr();
        return code;
    }

    std::string out_;
    std::string errors_;

private:
    std::vector<std::string> files_;
};

std::string many_users() {
    std::string text = "customer_id,bytes\n";
    for (int i = 0; i < 3'000; ++i) {
        text += "user-" + std::to_string(i) + ",2\n";
    }
    return text;
}

}  // namespace

TEST_F(DistributionCommand, prints_json_with_the_keys_that_others_rely_on) {
    const std::string keys = file("a.csv", many_users());
    EXPECT_EQ(
        run(
            {"--keys",
             keys,
             "--column",
             "customer_id",
             "--weight",
             "bytes",
             "--partitions",
             "12",
             "--virtual-partitions",
             "4",
             "--reducer",
             "murmur2-salted",
             "--segments",
             "3",
             "--concurrency",
             "16",
             "--format",
             "json"}
        ),
        ExitCode::passed
    ) << out_;
    const auto result = nlohmann::json::parse(out_);
    EXPECT_EQ(result.at("records"), 6'000);
    EXPECT_EQ(result.at("distinct_keys"), 3'000);
    EXPECT_EQ(result.at("speedup_ceiling"), 16);
    EXPECT_TRUE(result.at("partition_lane_correlation").is_number());
    EXPECT_EQ(result.at("passed"), true);
    std::vector<std::string> levels;
    for (const auto& level : result.at("levels")) {
        levels.push_back(level.at("level"));
        for (const char* name :
             {"lanes",
              "used",
              "max_over_mean",
              "coefficient_of_variation",
              "chi_square",
              "p_value",
              "expected_max_over_mean",
              "collisions",
              "load"}) {
            EXPECT_TRUE(level.contains(name)) << name;
        }
    }
    EXPECT_THAT(levels, ElementsAre("partition", "virtual_partition", "segment", "key"));
    EXPECT_EQ(result.at("levels")[1].at("load").size(), 48U);
    for (const char* name : {"key", "records", "share"}) {
        EXPECT_TRUE(result.at("hot_keys")[0].contains(name)) << name;
    }
    for (const char* name : {"name", "limit", "value", "passed"}) {
        EXPECT_TRUE(result.at("gates")[0].contains(name)) << name;
    }
}

TEST_F(DistributionCommand, writes_a_key_that_is_no_text_as_base64) {
    const std::string keys = file("b.jsonl", "{\"key\":{\"base64\":\"/wA=\"}}\n");
    EXPECT_EQ(run({"--keys", keys, "--partitions", "1", "--format", "json"}), ExitCode::passed);
    EXPECT_THAT(out_, HasSubstr("\"base64:/wA=\""));
}

TEST_F(DistributionCommand, returns_one_when_a_gate_does_not_hold) {
    const std::string keys = file("c.csv", "0\n5\n14\n23\n");
    EXPECT_EQ(run({"--keys", keys, "--segments", "5"}), ExitCode::not_held);
    EXPECT_THAT(out_, HasSubstr("✗ segment.min_lanes_used"));
    EXPECT_EQ(run({"--keys", keys, "--segments", "5", "--no-gates"}), ExitCode::passed);
    EXPECT_EQ(run({"--keys", keys, "--partitions", "1", "--min-speedup", "5"}), ExitCode::not_held);
}

TEST_F(DistributionCommand, returns_two_with_the_place_and_the_remedy_for_broken_input) {
    const std::string weights = file("d.csv", "key,w\na,1\nb,-2\nc,-3\n");
    EXPECT_EQ(run({"--keys", weights, "--weight", "w", "--partitions", "3"}), ExitCode::usage);
    EXPECT_THAT(errors_, HasSubstr("d.csv:3:3: the weight is \"-2\", below zero"));
    EXPECT_THAT(errors_, HasSubstr("d.csv:4:3:"));  // all mistakes at once
    EXPECT_THAT(errors_, HasSubstr("help: "));
    EXPECT_EQ(out_, "");
    const std::string quote = file("e.csv", "key,n\na,1\n\"b,2\n");
    EXPECT_EQ(run({"--keys", quote, "--partitions", "3"}), ExitCode::usage);
    EXPECT_THAT(errors_, HasSubstr("e.csv:3:1: this quote is never closed"));
    const std::string empty = file("f.csv", "");
    EXPECT_EQ(run({"--keys", empty, "--partitions", "3"}), ExitCode::usage);
}

TEST_F(DistributionCommand, returns_two_for_wrong_options) {
    const std::string keys = file("g.csv", many_users());
    EXPECT_EQ(run({"--partitions", "3"}), ExitCode::usage);
    EXPECT_EQ(run({"--keys", keys}), ExitCode::usage);
    EXPECT_THAT(errors_, HasSubstr("--partitions"));
    EXPECT_EQ(run({"--keys", keys, "--partitions", "0"}), ExitCode::usage);
    EXPECT_EQ(run({"--keys", keys, "--partitions", "3", "--reducer", "mumur2"}), ExitCode::usage);
    EXPECT_THAT(errors_, HasSubstr("did you mean murmur2?"));
    EXPECT_EQ(
        run({"--keys", keys, "--partitions", "3", "--min-lanes-used", "90"}), ExitCode::usage
    );
    EXPECT_EQ(run({"--keys", keys, "--partitions", "3", "--what-if", "lanes=3"}), ExitCode::usage);
    EXPECT_EQ(run({"--keys", keys, "--partitions", "3", "--max-drift", "5%"}), ExitCode::usage);
}

TEST_F(DistributionCommand, explains_itself) {
    EXPECT_EQ(run({"--help"}), ExitCode::passed);
    EXPECT_THAT(out_, HasSubstr("odradek distribution --keys keys.csv --column customer_id"));
    EXPECT_THAT(out_, HasSubstr("murmur2-salted"));
}

TEST_F(DistributionCommand, takes_a_contract_that_the_command_line_overrides) {
    const std::string keys = file("h.csv", many_users());
    const std::string contract = file(
        "contract.yaml",
        "topic: {name: orders, partitions: 12, partitioner: murmur2}\n"
        "keys: odradek_command_h.csv  # beside this file\n"
        "column: customer_id\n"
        "gates: {min_speedup: 4000}\n"
    );
    EXPECT_EQ(run({"--contract", contract}), ExitCode::not_held);
    EXPECT_THAT(out_, HasSubstr("✗ min_speedup"));
    EXPECT_EQ(run({"--contract", contract, "--min-speedup", "100"}), ExitCode::passed);
    const std::string broken = file("broken.yaml", "partitons: 12\ngates:\n  max_hot: 5%\n");
    EXPECT_EQ(run({"--keys", keys, "--contract", broken}), ExitCode::usage);
    EXPECT_THAT(errors_, HasSubstr("broken.yaml:1:1: unknown field 'partitons'"));
    EXPECT_THAT(errors_, HasSubstr("help: did you mean 'partitions'?"));
    EXPECT_THAT(errors_, HasSubstr("broken.yaml:3:3: unknown field 'gates.max_hot'"));
    EXPECT_EQ(run({"--keys", keys, "--contract", "/nowhere.yaml"}), ExitCode::usage);
    EXPECT_THAT(errors_, HasSubstr("/nowhere.yaml: cannot be read"));
}

TEST_F(DistributionCommand, warns_of_a_hot_key_that_passes_the_default_gates) {
    std::string text = many_users();
    for (int i = 0; i < 9'000; ++i) {
        text += "whale,2\n";
    }
    const std::string keys = file("hot.csv", text);
    const std::vector<std::string> arguments{
        "--keys", keys, "--column", "customer_id", "--partitions", "12"};
    EXPECT_EQ(run(arguments), ExitCode::passed);
    EXPECT_THAT(out_, HasSubstr("key whale alone carries 75.0 % of the load"));
    EXPECT_THAT(out_, HasSubstr("a hot key: --max-hot-key would"));
    auto gated = arguments;
    gated.insert(gated.end(), {"--max-hot-key", "10%"});
    EXPECT_EQ(run(gated), ExitCode::not_held);
    EXPECT_THAT(out_, HasSubstr("✗ max_hot_key"));
}

TEST_F(DistributionCommand, reads_a_live_topic_with_the_client_s_properties) {
    LiveTopic asked;
    const DistributionExtras extras{
        .open_topic = [&](const LiveTopic& topic, std::uint32_t& partitions
                      ) -> std::expected<std::unique_ptr<KeySource>, Error> {
            asked = topic;
            partitions = 12;
            const std::string keys = file("live.txt", "a\nb\n");
            return std::move(open_key_source({.path = keys}).value());
        }};
    const std::string secrets = file("client.properties", "# secret\nsasl.password=a=b\n\n");
    const std::vector<std::string> arguments{
        "--topic",
        "orders",
        "--brokers",
        "kafka:9092",
        "--sample",
        "100",
        "--property",
        "security.protocol=ssl",
        "--properties",
        secrets,
        "--no-gates"};
    EXPECT_EQ(run(arguments, extras), ExitCode::passed) << errors_;
    EXPECT_EQ(asked.records_max, 100U);
    EXPECT_THAT(
        asked.properties,
        ElementsAre(
            testing::Pair("sasl.password", "a=b"), testing::Pair("security.protocol", "ssl")
        )
    );
    auto other = arguments;
    other.insert(other.end(), {"--partitions", "6"});
    EXPECT_EQ(run(other, extras), ExitCode::usage);
    EXPECT_THAT(errors_, HasSubstr("topic orders has 12 partitions, not 6"));
    EXPECT_EQ(
        run({"--topic", "o", "--brokers", "b", "--property", "nonsense"}, extras), ExitCode::usage
    );
    EXPECT_EQ(
        run({"--keys", "k", "--partitions", "1", "--property", "a=b"}, extras), ExitCode::usage
    );
}

TEST_F(DistributionCommand, compares_with_an_earlier_result) {
    const std::string keys = file("i.csv", many_users());
    ASSERT_EQ(
        run(
            {"--keys",
             keys,
             "--column",
             "1",
             "--header",
             "yes",
             "--partitions",
             "12",
             "--format",
             "json"}
        ),
        ExitCode::passed
    );
    const std::string baseline = file("baseline.json", out_);
    const std::vector<std::string> again{
        "--column",
        "customer_id",
        "--partitions",
        "12",
        "--baseline",
        baseline,
        "--max-drift",
        "5%"};
    auto same = again;
    same.insert(same.end(), {"--keys", keys});
    EXPECT_EQ(run(same), ExitCode::passed) << out_;
    std::string hot = many_users();
    for (int i = 0; i < 1'000; ++i) {
        hot += "user-7,2\n";
    }
    auto changed = again;
    changed.insert(changed.end(), {"--keys", file("j.csv", hot)});
    EXPECT_EQ(run(changed), ExitCode::not_held);
    EXPECT_THAT(out_, HasSubstr("✗ max_drift"));
}

TEST_F(DistributionCommand, takes_a_user_s_own_reducer_and_refuses_its_mistakes) {
    const std::string keys = file("k.csv", many_users());
    const DistributionExtras extras{
        .own_reducers = {
            Reducer{
                "by-length",
                [](PartitionKey key, std::uint32_t count) {
                    return static_cast<std::int64_t>(key.value_or("").size() % count);
                }},
            Reducer{"broken", [](PartitionKey, std::uint32_t) { return std::int64_t{-1}; }}}};
    EXPECT_EQ(
        run({"--keys",
             keys,
             "--column",
             "customer_id",
             "--segments",
             "5",
             "--reducer",
             "by-length"},
            extras),
        ExitCode::not_held
    );
    EXPECT_EQ(
        run({"--keys", keys, "--column", "customer_id", "--segments", "5", "--reducer", "broken"},
            extras),
        ExitCode::usage
    );
    EXPECT_THAT(errors_, HasSubstr("reducer broken gave -1: expected 0 to 4"));
}

TEST_F(DistributionCommand, ranks_layouts) {
    const std::string keys = file("l.csv", many_users());
    EXPECT_EQ(
        run(
            {"--keys",
             keys,
             "--column",
             "customer_id",
             "--partitions",
             "12",
             "--virtual-partitions",
             "12",
             "--reducer",
             "murmur2",
             "--no-gates",
             "--format",
             "json",
             "--what-if",
             "virtual-partitions=12,13",
             "reducer=murmur2,murmur2-salted"}
        ),
        ExitCode::passed
    );
    const auto tried = nlohmann::json::parse(out_).at("what_if");
    ASSERT_EQ(tried.size(), 4U);
    EXPECT_EQ(tried[3].at("reducer"), "murmur2");  // 12 by 12 with the same hash comes last
    EXPECT_EQ(tried[3].at("virtual_partitions"), 12);
    EXPECT_EQ(tried[3].at("used"), 12);
    EXPECT_GT(tried[0].at("speedup_ceiling"), tried[3].at("speedup_ceiling"));
}

TEST(ParseShare, takes_percents_and_ratios) {
    EXPECT_EQ(parse_share("90%"), 0.9);
    EXPECT_EQ(parse_share("0.25"), 0.25);
    EXPECT_FALSE(parse_share("90").has_value());
    EXPECT_FALSE(parse_share("x%").has_value());
    EXPECT_FALSE(parse_share("101%").has_value());
}

TEST(ContractArguments, turns_fields_into_options) {
    EXPECT_THAT(
        contract_arguments(
            "topic: orders\npartitions: 12\nbaseline: base.json\ngates: {max_hot_key: 5%}\n"
            "what_if:\n  - partitions=12,24\n  - reducer=sum16,murmur2\n",
            "topics/orders.yaml"
        )
            .value(),
        ElementsAre(
            "--partitions",
            "12",
            "--what-if",
            "partitions=12,24",
            "reducer=sum16,murmur2",
            "--baseline",
            "topics/base.json",
            "--max-hot-key",
            "5%"
        )
    );
    EXPECT_THAT(  // JSON is YAML
        contract_arguments(R"({"segments": 5, "keys": "-"})", "c.json").value(),
        ElementsAre("--keys", "-", "--segments", "5")
    );
    EXPECT_FALSE(contract_arguments("{", "c.yaml").has_value());
}

}  // namespace odradek
