#include "engine/local_kafka/node.h"

#include "engine/local_kafka/folder.h"
#include "engine/local_kafka/jar_list.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <unistd.h>

namespace odradek::local_kafka {

namespace {

namespace fs = std::filesystem;

NodePlace some_place() {
    return {.folder = "/k/node-1", .jars = "/k/libs", .cluster_id = "id"};
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
    return std::ranges::find(words, word) != words.end();
}

}  // namespace

TEST(NodeCommand, of_a_container_takes_the_pinned_image_and_the_hosts_network) {
    const std::vector<std::string> words = docker_command(some_place(), "name");
    EXPECT_TRUE(contains(words, "apache/kafka:" + std::string(kafka_version)));
    EXPECT_TRUE(contains(words, "host"));
    EXPECT_TRUE(contains(words, "/k/node-1:/odradek:ro"));
}

TEST(NodeCommand, of_a_process_keeps_its_data_in_its_folder) {
    EXPECT_TRUE(contains(java_command(some_place()), "/k/node-1/data"));
}

TEST(LastLogLines, leave_out_stack_frames) {
    const fs::path folder = fs::path(::testing::TempDir()) / ("node-" + std::to_string(getpid()));
    ASSERT_TRUE(make_folder(folder).has_value());
    ASSERT_TRUE(write_file(folder / "broker.log", "a\nb\nc\nd\ne\nf\ng\n\tat x.y\n\n").has_value());
    EXPECT_EQ(last_log_lines(Node{}, folder), "b\n    c\n    d\n    e\n    f\n    g");
    ASSERT_TRUE(remove_folder(folder).has_value());
}

}  // namespace odradek::local_kafka
