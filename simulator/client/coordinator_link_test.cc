#include "simulator/client/coordinator_link.h"

#include "simulator/broker/cluster_fixture.h"

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

class CoordinatorLinkTest : public testing::Test {
protected:
    CoordinatorLinkTest()
        : world_(two_brokers())
        , context_{
              .cluster = world_.cluster,
              .tracer = world_.tracer,
              .fate_of = world_.fate,
              .process = world_.scheduler.add_process(),
              .group = "g"} {
        context_.node = world_.network.add_node(context_.process);
    }
    static BrokerSpec two_brokers() {
        BrokerSpec spec;
        spec.count = 2;
        return spec;
    }

    ClusterFixture world_;
    ClientContext context_;
};

TEST_F(CoordinatorLinkTest, whoever_waits_goes_on_when_the_coordinator_is_known) {
    CoordinatorLink link{context_};
    int ran = 0;
    link.when_known([&ran] { ++ran; });
    EXPECT_EQ(ran, 0);
    world_.wait(10ms);
    EXPECT_EQ(ran, 1);
    EXPECT_TRUE(link.is_known());
    link.when_known([&ran] { ++ran; });
    EXPECT_EQ(ran, 2);
}

TEST_F(CoordinatorLinkTest, a_group_without_coordinator_is_asked_for_each_half_second_BM_13) {
    const BrokerNumber coordinator = world_.coordinator("g");
    world_.cluster.crash(coordinator);
    world_.wait(1ms);
    CoordinatorLink link{context_};
    Instant known_at{};
    link.when_known([&] { known_at = world_.scheduler.now(); });
    world_.wait(3s);
    ASSERT_TRUE(link.is_known());
    // The other broker takes over after the election of 200 ms; the second question finds it, or
    // the third when the first went to the dead one.
    EXPECT_GE(known_at, Instant{500ms});
    EXPECT_LE(known_at, Instant{1100ms});
}

TEST_F(CoordinatorLinkTest, forgetting_asks_again) {
    CoordinatorLink link{context_};
    link.when_known([] {});
    world_.wait(10ms);
    const BrokerNumber next = 1 - world_.coordinator("g");
    world_.cluster.coordinator_of("g").move_to(next);
    link.forget();
    EXPECT_FALSE(link.is_known());
    world_.wait(10ms);
    EXPECT_TRUE(link.is_known());
    KafkaError error = KafkaError::not_coordinator;
    link.call(HeartbeatRequest{.group = "g"}, 1s, [&error](Answer answer) {
        error = std::get<HeartbeatResponse>(answer.value()).error;
    });
    world_.wait(10ms);
    EXPECT_EQ(error, KafkaError::none);  // it is loading, and says yes blindly: BM-10
}

}  // namespace
}  // namespace odradek::sim
