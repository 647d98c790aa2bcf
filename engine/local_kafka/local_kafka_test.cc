#include "engine/local_kafka/local_kafka.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace odradek::local_kafka {

namespace {

namespace fs = std::filesystem;

fs::path empty_folder() {
    return fs::path(::testing::TempDir()) / ("no-kafka-" + std::to_string(getpid()));
}

}  // namespace

TEST(LocalKafka, refuses_names_and_numbers_that_make_no_cluster) {
    ClusterOptions options{.folder = empty_folder()};
    options.name = "../outside";
    EXPECT_FALSE(LocalKafka::start(options).has_value());
    options.name = "ok";
    options.nodes = 10;
    EXPECT_FALSE(LocalKafka::start(options).has_value());
    options.nodes = 2;
    options.port = 65'535;
    EXPECT_FALSE(LocalKafka::start(options).has_value());
    EXPECT_FALSE(fs::exists(empty_folder()));
}

TEST(LocalKafka, that_never_ran_is_not_found_and_needs_no_stop) {
    EXPECT_FALSE(LocalKafka::find(empty_folder(), "default").has_value());
    EXPECT_TRUE(LocalKafka::list(empty_folder()).empty());
    EXPECT_EQ(LocalKafka::stop(empty_folder(), "default").value_or(true), false);
    EXPECT_FALSE(fs::exists(empty_folder()));
}

TEST(LocalKafka, says_which_folder_cannot_be_written) {
    const auto started = LocalKafka::start({.folder = "/proc/nothing"});
    ASSERT_FALSE(started.has_value());
    EXPECT_NE(started.error().what.find("/proc/nothing"), std::string::npos);
}

}  // namespace odradek::local_kafka
