#include "simulator/client/producer.h"

#include "simulator/broker/cluster_fixture.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

class ProducerTest : public testing::Test {
protected:
    ProducerTest()
        : context_{
              .cluster = world_.cluster,
              .tracer = world_.tracer,
              .fate_of = world_.fate,
              .process = world_.scheduler.add_process()} {
        context_.node = world_.network.add_node(context_.process);
    }
    std::ptrdiff_t count(TraceEvent::Kind kind) const {
        return std::ranges::count(world_.sink.events, kind, &TraceEvent::kind);
    }

    ClusterFixture world_;
    ClientContext context_;
    Ledger ledger_{world_.tracer, world_.cluster, 0};
};

TEST_F(ProducerTest, a_send_is_answered_when_the_broker_has_it) {
    Producer producer{context_, ledger_, [] {}};
    producer.send(7, {.topic = "dead-letters", .input = {}, .offset = Offset{3}});
    EXPECT_FALSE(producer.has_answers());
    world_.wait(10ms);
    const std::vector<ProducerAnswer> answers = producer.take_answers();
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].tag, 7U);
    EXPECT_EQ(answers[0].error, KafkaError::none);
}

TEST_F(ProducerTest, a_lost_answer_costs_a_resend_and_no_second_record_BM_52) {
    int requests = 0;
    world_.fate = [&requests](NodeId, const Request&) {
        RequestFate fate;
        if (++requests <= 3) fate.kind = RequestFate::Kind::break_after;
        return fate;
    };
    Producer producer{context_, ledger_, [] {}};
    producer.send(7, {.topic = "dead-letters", .input = {}, .offset = Offset{3}});
    world_.wait(5s);
    EXPECT_EQ(requests, 4);
    EXPECT_EQ(producer.take_answers().at(0).error, KafkaError::none);
    EXPECT_EQ(count(TraceEvent::Kind::sent), 1);
    EXPECT_EQ(count(TraceEvent::Kind::acknowledged), 1);
}

TEST_F(ProducerTest, it_gives_up_when_no_broker_answers_for_two_minutes) {
    world_.cluster.crash(0);
    Producer producer{context_, ledger_, [] {}};
    producer.send(7, {.topic = "dead-letters", .input = {}, .offset = Offset{3}});
    world_.wait(119s);
    EXPECT_FALSE(producer.has_answers());
    world_.wait(2s);
    EXPECT_EQ(producer.take_answers().at(0).error, KafkaError::client_transport);
}

}  // namespace
}  // namespace odradek::sim
