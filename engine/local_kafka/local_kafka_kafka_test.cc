// Real brokers, started, killed, paused and lost.
#include "engine/local_kafka/folder.h"
#include "engine/local_kafka/kafka_fixture.h"
#include "engine/local_kafka/node.h"
#include "engine/local_kafka/probe.h"

#include <array>
#include <csignal>

#include <sys/wait.h>

namespace odradek::local_kafka {

namespace {

using std::chrono::seconds;

class LocalKafkaTest : public KafkaTest {
protected:
    static ClusterOptions own_cluster() {
        ClusterOptions options;
        options.name = unique("test");
        return options;
    }
};

}  // namespace

TEST_F(LocalKafkaTest, keeps_its_topics_over_the_death_of_its_broker) {
    auto cluster = OwnedKafka::start(own_cluster());
    ASSERT_TRUE(cluster.has_value()) << cluster.error().what;
    auto admin = kafka::Admin::open((*cluster)->bootstrap());
    ASSERT_TRUE(admin.has_value());
    ASSERT_TRUE(admin->create_topic({.name = "kept", .partitions = 3}).has_value());

    (*cluster)->kill_node(1);
    EXPECT_FALSE((*cluster)->is_node_running(1));
    ASSERT_TRUE((*cluster)->restart_node(1).has_value());
    EXPECT_EQ(admin->partition_count("kept").value_or(0), 3);
}

TEST_F(LocalKafkaTest, is_silent_while_paused_and_answers_again_after) {
    auto cluster = OwnedKafka::start(own_cluster());
    ASSERT_TRUE(cluster.has_value()) << cluster.error().what;
    const std::uint16_t port = (*cluster)->nodes()[0].address.port;
    (*cluster)->pause_node(1);
    EXPECT_TRUE((*cluster)->is_node_running(1));
    EXPECT_FALSE(knows_nodes(port, {1}));
    (*cluster)->resume_node(1);
    EXPECT_TRUE(knows_nodes(port, {1}));
}

TEST_F(LocalKafkaTest, of_three_nodes_goes_on_when_one_dies) {
    ClusterOptions options = own_cluster();
    options.nodes = 3;
    auto cluster = OwnedKafka::start(options);
    ASSERT_TRUE(cluster.has_value()) << cluster.error().what;
    (*cluster)->kill_node(3);
    auto admin = kafka::Admin::open((*cluster)->bootstrap(), seconds(60));
    ASSERT_TRUE(admin.has_value());
    const auto created = admin->create_topic({.name = "led", .partitions = 6, .replicas = 2});
    ASSERT_TRUE(created.has_value()) << created.error().what;
    ASSERT_TRUE((*cluster)->restart_node(3).has_value());
    EXPECT_TRUE(knows_nodes((*cluster)->nodes()[0].address.port, {1, 2, 3}));
}

TEST_F(LocalKafkaTest, is_found_by_a_second_start_and_gone_after_stop) {
    ClusterOptions options = own_cluster();
    options.lifetime = Lifetime::with_starter;  // should this test be killed
    const auto first = LocalKafka::start(options);
    ASSERT_TRUE(first.has_value()) << first.error().what;
    const auto second = LocalKafka::start(options);
    ASSERT_TRUE(second.has_value()) << second.error().what;
    EXPECT_TRUE(second->was_running());
    EXPECT_EQ(second->bootstrap(), first->bootstrap());

    ClusterOptions more_nodes = options;
    more_nodes.nodes = 2;
    EXPECT_FALSE(LocalKafka::start(more_nodes).has_value());

    ClusterOptions same_port = own_cluster();
    same_port.port = first->nodes()[0].address.port;
    const auto refused = LocalKafka::start(same_port);
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().what.find("is in use"), std::string::npos);
    EXPECT_EQ(LocalKafka::stop(options.folder, same_port.name).value_or(true), false);

    EXPECT_TRUE(LocalKafka::stop(options.folder, options.name).value_or(false));
    EXPECT_FALSE(is_running(first->nodes()[0]));
    EXPECT_FALSE(LocalKafka::find(options.folder, options.name).has_value());
}

TEST_F(LocalKafkaTest, shows_why_a_broker_died_at_its_start) {
    ClusterOptions options = own_cluster();
    options.settings = {{"log.retention.ms", "soon"}};
    const auto started = LocalKafka::start(options);
    ASSERT_FALSE(started.has_value());
    EXPECT_NE(started.error().what.find("Invalid value soon"), std::string::npos)
        << started.error().what;
    static_cast<void>(LocalKafka::stop(options.folder, options.name));
}

TEST_F(LocalKafkaTest, dies_with_an_owner_that_is_killed_and_its_files_at_the_next_start) {
    const ClusterOptions options = own_cluster();
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    const pid_t owner = fork();
    if (owner == 0) {
        const auto cluster = OwnedKafka::start(options);
        const char answer = cluster ? 'y' : 'n';
        if (write(ends[1], &answer, 1) == 1) pause();  // until the test kills us
        _exit(1);
    }
    close(ends[1]);
    char answer = 'n';
    ASSERT_EQ(read(ends[0], &answer, 1), 1);
    close(ends[0]);
    ASSERT_EQ(answer, 'y');
    const auto cluster = LocalKafka::find(options.folder, options.name);
    ASSERT_TRUE(cluster.has_value());
    kill(owner, SIGKILL);
    waitpid(owner, nullptr, 0);
    EXPECT_TRUE(wait_until_gone(cluster->nodes()[0].process, seconds(30)));
    remove_orphans(options.folder, "");
    EXPECT_FALSE(std::filesystem::exists(ClusterFolder(options.folder, options.name).path()));
}

TEST_F(LocalKafkaTest, is_stopped_after_its_owner) {
    ClusterOptions options = own_cluster();
    const auto owner = spawn(
        {.argv = {"sleep", "300"}, .log = "/dev/null", .lifetime = Lifetime::with_starter},
        [](ProcessId) -> std::expected<void, std::string> { return {}; }
    );
    ASSERT_TRUE(owner.has_value());
    options.owner = *owner;
    const auto cluster = LocalKafka::start(options);
    ASSERT_TRUE(cluster.has_value()) << cluster.error().what;
    ASSERT_TRUE(kill_and_wait(*owner, seconds(10)));
    EXPECT_TRUE(LocalKafka::stop_after(*owner, options.folder, options.name).has_value());
    EXPECT_FALSE(is_running(cluster->nodes()[0]));
}

}  // namespace odradek::local_kafka
