#include "reports/deployment.h"

#include "reports/key_spread.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace odradek::reports {

namespace {

class DeploymentFile : public testing::Test {
protected:
    DeploymentFile()
        : folder_(
              std::filesystem::path(testing::TempDir()) /
              ("odradek_deployment_" + std::to_string(getpid()))
          ) {
        std::filesystem::create_directories(folder_);
    }
    ~DeploymentFile() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path write(const std::string& name, const std::string& text) {
        std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }

private:
    std::filesystem::path folder_;
};

}  // namespace

TEST(SampleDeployment, is_read_with_its_keys) {
    const auto deployment = load_deployment("reports/sample/orders.yaml");
    ASSERT_TRUE(deployment.has_value()) << to_string(deployment.error().front());
    EXPECT_EQ(deployment->engine.concurrency_max, 100U);
    EXPECT_EQ(deployment->gates.max_over_mean, 1.5);
    const auto spread = read_key_spread(*deployment);
    ASSERT_TRUE(spread.has_value());
    const auto keys = spread->keys();
    EXPECT_EQ(keys.size(), 2000U);
    EXPECT_EQ(keys.front().key, "customer-0001");
    EXPECT_EQ(keys.front().weight, 107U);
}

TEST_F(DeploymentFile, reports_all_mistakes_at_once) {
    const auto deployment = load_deployment(write(
        "d.yaml",
        "deploymet: x\ntopic: {partitions: 0}\nengine: {max_concurency: 3}\ngates: {min_speedup: "
        "fast}\n"
    ));
    ASSERT_FALSE(deployment.has_value());
    ASSERT_EQ(deployment.error().size(), 5U);
    EXPECT_EQ(deployment.error()[0].what, "field 'deployment' is missing");
    EXPECT_EQ(deployment.error()[2].help, "did you mean 'max_concurrency'?");
    EXPECT_EQ(deployment.error()[4].help, "did you mean 'deployment'?");
}

TEST_F(DeploymentFile, says_what_is_wrong_with_the_key_file) {
    write("keys.csv", "id,records\na,1\n\"b,c\",many\n");
    const auto of = [&](const std::string& keys) {
        const auto deployment =
            load_deployment(write("d.yaml", "deployment: x\nkeys: " + keys + "\n"));
        return read_key_spread(*deployment);
    };
    const auto all = of("{csv: keys.csv}");
    ASSERT_TRUE(all.has_value());
    EXPECT_EQ(all->keys().size(), 2U);
    EXPECT_EQ(all->keys()[1].key, "b,c");
    EXPECT_EQ(
        of("{csv: keys.csv, column: key}").error().front().what,
        "there is no column \"key\": the header has \"id\", \"records\""
    );
    const auto weights = of("{csv: keys.csv, weight: records}");
    EXPECT_EQ(weights.error().front().line, 3U);
    EXPECT_EQ(weights.error().front().column, 7U);
    EXPECT_FALSE(of("{csv: none.csv}").has_value());
}

TEST_F(DeploymentFile, takes_any_partitioner_the_flow_of_topics_and_the_client) {
    const auto deployment = load_deployment(write(
        "d.yaml",
        "deployment: x\ntopic: {partitioner: crc32}\n"
        "flow:\n  orders: [orders-retry, orders-dead]\n  orders-retry: orders\n"
        "client: {session_timeout: 6s}\n"
        "gates: {max_hot_key: 5%, max_latency: 200ms, unsafe_settings: 0}\n"
    ));
    ASSERT_TRUE(deployment.has_value()) << to_string(deployment.error().front());
    EXPECT_EQ(deployment->partitioner, "crc32");
    EXPECT_EQ(
        deployment->flow,
        (TopicFlow{{"orders", {"orders-retry", "orders-dead"}}, {"orders-retry", {"orders"}}})
    );
    EXPECT_EQ(deployment->client.session_timeout, std::chrono::seconds{6});
    EXPECT_EQ(deployment->gates.max_latency, std::chrono::milliseconds{200});
    EXPECT_EQ(deployment->gates.unsafe_settings, 0U);
    const auto wrong =
        load_deployment(write("e.yaml", "deployment: x\ntopic: {partitioner: mumur2}\n"));
    EXPECT_EQ(wrong.error().front().help, "did you mean 'murmur2'?");
}

}  // namespace odradek::reports
