#include "reports/deployment.h"

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
    const auto keys = load_keys(*deployment);
    ASSERT_TRUE(keys.has_value());
    EXPECT_EQ(keys->size(), 2000U);
    EXPECT_EQ(keys->front().key, "customer-0001");
    EXPECT_EQ(keys->front().weight, 107U);
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
    write("keys.csv", "id,records\na,1\nb,many\n");
    const auto of = [&](const std::string& keys) {
        const auto deployment =
            load_deployment(write("d.yaml", "deployment: x\nkeys: " + keys + "\n"));
        return load_keys(*deployment);
    };
    EXPECT_EQ(of("{csv: keys.csv}")->size(), 2U);
    EXPECT_EQ(of("{csv: keys.csv, column: key}").error().front().what, "has no column 'key'");
    EXPECT_EQ(of("{csv: keys.csv, weight: records}").error().front().line, 3U);
    EXPECT_EQ(of("{csv: none.csv}").error().front().what, "cannot be read");
}

}  // namespace odradek::reports
