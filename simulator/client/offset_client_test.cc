#include "simulator/client/offset_client.h"

#include "simulator/client/consumer_fixture.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

class OffsetClientTest : public testing::Test {
protected:
    OffsetClientTest() {
        world_.fate = [this](NodeId, const Request& request) {
            if (!std::holds_alternative<OffsetCommitRequest>(request)) return RequestFate{};
            ++requests_;
            return next_fate_;
        };
        world_.wait(2s);
        member_.log.clear();
    }
    std::optional<OffsetToStore> stored() {
        return world_.cluster.coordinator_of("g").find("g")->offsets().durable(PartitionNumber{0});
    }

    ClusterFixture world_;
    RequestFate next_fate_;
    int requests_ = 0;
    TestMember member_{world_, TestMember::quick()};
};

TEST_F(OffsetClientTest, a_broken_connection_is_retried_twice_then_the_commit_waits_BM_226) {
    next_fate_.kind = RequestFate::Kind::break_before;
    member_.commit(5);
    world_.wait(250ms);
    EXPECT_EQ(requests_, 4);  // the fourth was built anew when the coordinator was found again
    EXPECT_TRUE(member_.log.empty());
    next_fate_ = {};
    world_.wait(2s);
    EXPECT_EQ(member_.log, (std::vector<std::string>{"COMMIT NO_ERROR"}));
}

TEST_F(OffsetClientTest, an_error_does_not_mean_that_it_was_not_stored_BM_228) {
    next_fate_.kind = RequestFate::Kind::break_after;
    member_.commit(5);
    world_.wait(20s);
    ASSERT_FALSE(member_.log.empty());
    EXPECT_NE(member_.log.at(0), "COMMIT NO_ERROR");
    EXPECT_EQ(stored()->next_to_read, Offset{5});
}

TEST_F(OffsetClientTest, a_refused_commit_is_retried_and_then_told_BM_226) {
    world_.cluster.coordinator_of("g").refuse_commits(
        "g", KafkaError::coordinator_load_in_progress, world_.scheduler.now() + 10s
    );
    member_.commit(5);
    world_.wait(1s);
    EXPECT_EQ(requests_, 3);
    EXPECT_EQ(member_.log, (std::vector<std::string>{"COMMIT COORDINATOR_LOAD_IN_PROGRESS"}));
}

TEST_F(OffsetClientTest, what_is_told_as_failed_is_in_the_trace) {
    world_.cluster.coordinator_of("g").refuse_commits(
        "g", KafkaError::group_authorization_failed, world_.scheduler.now() + 10s
    );
    member_.commit(5);
    world_.wait(1s);
    const auto failed =
        std::ranges::find(world_.sink.events, TraceEvent::Kind::commit_failed, &TraceEvent::kind);
    ASSERT_NE(failed, world_.sink.events.end());
    EXPECT_EQ(failed->detail, "GROUP_AUTHORIZATION_FAILED");
    EXPECT_EQ(failed->offset, Offset{5});
}

TEST_F(OffsetClientTest, an_older_commit_that_is_retried_lands_behind_a_newer_one_BM_227) {
    next_fate_.kind = RequestFate::Kind::break_before;
    member_.commit(5);
    world_.wait(50ms);
    next_fate_ = {};
    member_.commit(9);
    world_.wait(2s);
    EXPECT_EQ(member_.log, (std::vector<std::string>{"COMMIT NO_ERROR", "COMMIT NO_ERROR"}));
    EXPECT_EQ(stored()->next_to_read, Offset{5});  // it went back, and both succeeded
}

}  // namespace
}  // namespace odradek::sim
