#include "engine/local_kafka/state.h"

#include "engine/local_kafka/folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace odradek::local_kafka {

namespace {

std::filesystem::path state_file() {
    return std::filesystem::path(::testing::TempDir()) /
           ("state_test-" + std::to_string(getpid()) + ".json");
}

ClusterState some_state() {
    return {
        .is_ready = true,
        .boot = boot_id(),
        .cluster_id = "abcdefghijklmnopqrstuA",
        .owner = ProcessId{.number = 7, .started = 8},
        .nodes = {{
            .address = {.id = 1, .port = 1001, .controller_port = 2001},
            .process = {.number = 42, .started = 4711},
            .container = {},
        }},
        .extra = {{"log.retention.ms", "1000"}},
    };
}

}  // namespace

TEST(ClusterState, comes_back_as_it_was_written) {
    ASSERT_TRUE(write_state(state_file(), some_state()).has_value());
    const auto state = read_state(state_file());
    ASSERT_TRUE(state.has_value());
    EXPECT_TRUE(state->is_ready);
    EXPECT_EQ(state->cluster_id, "abcdefghijklmnopqrstuA");
    EXPECT_EQ(state->owner, some_state().owner);
    EXPECT_EQ(state->extra, some_state().extra);
    ASSERT_EQ(state->nodes.size(), 1U);
    EXPECT_EQ(state->nodes[0].process, some_state().nodes[0].process);
    EXPECT_EQ(state->nodes[0].address.controller_port, 2001);
}

TEST(ClusterState, of_another_boot_has_no_processes) {
    ClusterState old = some_state();
    old.boot = "another";
    ASSERT_TRUE(write_state(state_file(), old).has_value());
    const auto state = read_state(state_file());
    ASSERT_TRUE(state.has_value());
    EXPECT_EQ(state->nodes[0].process, ProcessId{});
    EXPECT_EQ(state->owner, ProcessId{});
    EXPECT_FALSE(is_alive(*state->owner));
}

TEST(ClusterState, that_is_damaged_counts_as_none) {
    for (const char* text : {"", "{", "[]", "{\"ready\": 1}"}) {
        ASSERT_TRUE(write_file(state_file(), text).has_value());
        EXPECT_FALSE(read_state(state_file()).has_value()) << text;
    }
}

}  // namespace odradek::local_kafka
