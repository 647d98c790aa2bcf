#include "simulator/kernel/network.h"

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

class NetworkTest : public testing::Test {
protected:
    Network make(NetworkSpec spec) { return Network{scheduler_, spec, Random{3}}; }

    Scheduler scheduler_;
    const ProcessId process_ = scheduler_.add_process();
};

TEST_F(NetworkTest, a_message_arrives_after_the_latency_of_the_link) {
    Network network = make({.latency = Distribution::fixed(1ms)});
    const NodeId a = network.add_node(process_);
    const NodeId b = network.add_node(process_);
    EXPECT_EQ(network.arrival(a, b, Instant{}), Instant{1ms});
}

TEST_F(NetworkTest, messages_of_one_connection_never_overtake) {
    Network network = make({.latency = Distribution::uniform(0ms, 100ms)});
    const NodeId a = network.add_node(process_);
    const NodeId b = network.add_node(process_);
    Instant last{};
    for (int i = 0; i < 100; ++i) {
        const Instant next = network.arrival(a, b, last);
        EXPECT_GE(next, last);
        last = next;
    }
}

TEST_F(NetworkTest, a_held_link_lets_nothing_pass_in_either_direction_and_others_do) {
    Network network = make({.latency = Distribution::fixed(1ms)});
    const NodeId a = network.add_node(process_);
    const NodeId b = network.add_node(process_);
    const NodeId c = network.add_node(process_);
    network.hold(a, b, Instant{5s});
    EXPECT_EQ(network.arrival(a, b, Instant{}), Instant{5s + 1ms});
    EXPECT_EQ(network.arrival(b, a, Instant{}), Instant{5s + 1ms});
    EXPECT_EQ(network.arrival(a, c, Instant{}), Instant{1ms});
    scheduler_.run_until(Instant{6s});
    EXPECT_EQ(network.arrival(a, b, Instant{}), Instant{6s + 1ms});
}

TEST_F(NetworkTest, a_lost_packet_costs_a_resend) {
    Network network =
        make({.latency = Distribution::fixed(1ms), .resend_chance = {1, 1}, .resend_delay = 200ms});
    const NodeId a = network.add_node(process_);
    EXPECT_EQ(network.arrival(a, a, Instant{}), Instant{201ms});
}

}  // namespace
}  // namespace odradek::sim
