#include "engine/cli/kafka_command.h"

#include <initializer_list>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

ExitCode run(std::initializer_list<std::string> arguments) {
    return run_kafka_command(std::vector<std::string>(arguments));
}

const std::string folder = ::testing::TempDir() + "/kafka_command_test";

}  // namespace

TEST(KafkaCommand, answers_wrong_usage_with_two) {
    EXPECT_EQ(run({}), ExitCode::usage);
    EXPECT_EQ(run({"strat"}), ExitCode::usage);
    EXPECT_EQ(run({"start", "--nodes", "0"}), ExitCode::usage);
    EXPECT_EQ(run({"start", "--port", "x"}), ExitCode::usage);
    EXPECT_EQ(run({"start", "--name", "../x"}), ExitCode::usage);
    EXPECT_EQ(run({"start", "--set", "novalue"}), ExitCode::usage);
    EXPECT_EQ(run({"topic"}), ExitCode::usage);
}

TEST(KafkaCommand, helps) {
    EXPECT_EQ(run({"--help"}), ExitCode::passed);
    EXPECT_EQ(run({"start", "--help"}), ExitCode::passed);
}

TEST(KafkaCommand, says_when_nothing_runs) {
    EXPECT_EQ(run({"status", "--dir", folder}), ExitCode::not_held);
    EXPECT_EQ(run({"stop", "--dir", folder}), ExitCode::passed);
    EXPECT_EQ(run({"topic", "t", "--dir", folder}), ExitCode::environment);
}

TEST(KafkaCommand, calls_a_folder_that_cannot_be_written_a_matter_of_the_environment) {
    EXPECT_EQ(run({"start", "--dir", "/proc/nothing"}), ExitCode::environment);
}

}  // namespace odradek
