#include "engine/local_kafka/cluster_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace odradek::local_kafka {

namespace {

namespace fs = std::filesystem;

class ClusterFolderTest : public ::testing::Test {
protected:
    void TearDown() override { EXPECT_TRUE(remove_folder(folder_).has_value()); }

    void add_cluster(const std::string& name, std::optional<ProcessId> owner) {
        const ClusterFolder place(folder_, name);
        ASSERT_TRUE(make_folder(place.path()).has_value());
        const ClusterState state{
            .is_ready = true,
            .boot = boot_id(),
            .cluster_id = "x",
            .owner = owner,
            .nodes = {{
                .address = {.id = 1, .port = 1001, .controller_port = 2001},
                .process = {},
                .container = {},
            }},
            .extra = {},
        };
        ASSERT_TRUE(place.write(state).has_value());
    }

    fs::path folder_ = fs::path(::testing::TempDir()) / ("clusters-" + std::to_string(getpid()));
};

}  // namespace

TEST(ClusterName, is_plain) {
    EXPECT_TRUE(is_cluster_name("default"));
    EXPECT_TRUE(is_cluster_name("ctest-dev_2.1"));
    for (const char* name : {"", ".", "..", "a/b", "a b", "-\n"}) {
        EXPECT_FALSE(is_cluster_name(name)) << name;
    }
    EXPECT_FALSE(is_cluster_name(std::string(41, 'x')));
}

TEST_F(ClusterFolderTest, writes_a_brokers_settings_where_it_says) {
    add_cluster("one", std::nullopt);
    const ClusterFolder place(folder_, "one");
    const auto state = place.read();
    ASSERT_TRUE(state.has_value());
    ASSERT_TRUE(place.write_node(*state, state->nodes[0]).has_value());
    const std::string text = read_file(folder_ / "clusters/one/node-1/server.properties");
    EXPECT_NE(text.find("log.dirs=" + (place.node(1) / "data").string()), std::string::npos);
}

TEST_F(ClusterFolderTest, loses_the_clusters_whose_owner_is_dead_and_no_others) {
    add_cluster("detached", std::nullopt);
    add_cluster("mine", identify(getpid()));
    add_cluster("orphan", ProcessId{.number = getpid(), .started = 1});
    add_cluster("spared", ProcessId{.number = getpid(), .started = 1});
    remove_orphans(folder_, "spared");
    EXPECT_EQ(cluster_names(folder_), (std::vector<std::string>{"detached", "mine", "spared"}));
}

TEST_F(ClusterFolderTest, that_is_being_started_is_no_orphan) {
    add_cluster("busy", ProcessId{.number = getpid(), .started = 1});
    const auto lock = ClusterFolder(folder_, "busy").lock();
    remove_orphans(folder_, "");
    EXPECT_EQ(cluster_names(folder_).size(), 1U);
}

}  // namespace odradek::local_kafka
