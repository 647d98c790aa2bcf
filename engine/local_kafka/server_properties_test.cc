#include "engine/local_kafka/server_properties.h"

#include "odradek/contract.h"

#include <gtest/gtest.h>

namespace odradek::local_kafka {

namespace {

ServerSettings settings_of(int nodes) {
    ServerSettings settings{.nodes = {}, .data = "/data", .extra = {}};
    for (int id = 1; id <= nodes; ++id) {
        settings.nodes.push_back(
            {.id = id,
             .port = static_cast<std::uint16_t>(1000 + id),
             .controller_port = static_cast<std::uint16_t>(2000 + id)}
        );
    }
    return settings;
}

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST(ServerProperties, of_one_node_keep_one_replica) {
    const std::string text = server_properties(settings_of(1), 1);
    EXPECT_TRUE(has_line(text, "controller.quorum.voters=1@127.0.0.1:2001"));
    EXPECT_TRUE(has_line(text, "listeners=PLAINTEXT://127.0.0.1:1001,CONTROLLER://127.0.0.1:2001"));
    EXPECT_TRUE(has_line(text, "offsets.topic.replication.factor=1"));
    EXPECT_TRUE(has_line(text, "min.insync.replicas=1"));
    EXPECT_TRUE(has_line(text, "log.dirs=/data"));
}

TEST(ServerProperties, of_many_nodes_keep_three_replicas_of_which_two_must_agree) {
    const std::string text = server_properties(settings_of(5), 4);
    EXPECT_TRUE(has_line(text, "node.id=4"));
    EXPECT_TRUE(has_line(text, "advertised.listeners=PLAINTEXT://127.0.0.1:1004"));
    EXPECT_TRUE(has_line(text, "default.replication.factor=3"));
    EXPECT_TRUE(has_line(text, "transaction.state.log.min.isr=2"));
}

TEST(ServerProperties, of_two_nodes_survive_the_loss_of_one) {
    EXPECT_TRUE(has_line(server_properties(settings_of(2), 2), "min.insync.replicas=1"));
}

TEST(ServerProperties, let_the_callers_settings_win) {
    ServerSettings settings = settings_of(1);
    settings.extra = {{"node.id", "1"}, {"min.insync.replicas", "9"}};
    const std::string text = server_properties(settings, 1);
    EXPECT_TRUE(has_line(text, "min.insync.replicas=9"));
    EXPECT_FALSE(has_line(text, "min.insync.replicas=1"));
}

TEST(ServerProperties, of_a_node_that_is_not_in_the_cluster_are_a_broken_promise) {
    EXPECT_THROW(static_cast<void>(server_properties(settings_of(1), 2)), ContractViolation);
}

}  // namespace odradek::local_kafka
