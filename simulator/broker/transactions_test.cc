// Transactions by the rules of the broker model, section 7.

#include "simulator/broker/transactions.h"

#include "simulator/broker/cluster_fixture.h"

#include <gtest/gtest.h>

namespace odradek::sim {
namespace {

class TransactionsTest : public testing::Test {
protected:
    [[nodiscard]] Log& log() { return world_.cluster.partition(first_).log; }
    [[nodiscard]] Transactions& transactions() { return world_.cluster.transactions(); }
    KafkaError append(std::uint64_t producer) {
        return transactions().append(producer, first_, {.key = "k", .value_bytes = 1});
    }
    [[nodiscard]] FetchedOffset fetched() {
        const auto response = world_.ask<OffsetFetchResponse>(
            client_, world_.coordinator("g"), OffsetFetchRequest{"g", {first_}}
        );
        return response.offsets.at(0);
    }

    ClusterFixture world_;
    PartitionNumber first_{0};
    int client_ = world_.add_client();
};

TEST_F(TransactionsTest, an_open_one_holds_back_what_is_behind_it_BM_34) {
    const std::uint64_t producer = transactions().init("x");
    ASSERT_EQ(append(producer), KafkaError::none);
    log().append({.key = "plain"}, world_.scheduler.now());
    EXPECT_EQ(log().last_stable(), Offset{0});
    EXPECT_EQ(transactions().end(producer, true), KafkaError::none);
    EXPECT_EQ(log().last_stable(), Offset{3});  // two records and the marker
    EXPECT_TRUE(log().has_record(Offset{0}));
}

TEST_F(TransactionsTest, an_aborted_one_leaves_no_record_and_a_marker_BM_31) {
    const std::uint64_t producer = transactions().init("x");
    ASSERT_EQ(append(producer), KafkaError::none);
    ASSERT_EQ(transactions().end(producer, false), KafkaError::none);
    EXPECT_FALSE(log().has_record(Offset{0}));
    EXPECT_EQ(log().end(), Offset{2});
}

TEST_F(TransactionsTest, an_empty_one_writes_no_marker_BM_248) {
    const std::uint64_t producer = transactions().init("x");
    EXPECT_EQ(transactions().end(producer, true), KafkaError::none);
    EXPECT_EQ(log().end(), Offset{0});
}

TEST_F(TransactionsTest, who_takes_the_id_over_aborts_and_fences_the_former_BM_241) {
    const std::uint64_t former = transactions().init("x");
    ASSERT_EQ(append(former), KafkaError::none);
    const std::uint64_t latter = transactions().init("x");
    EXPECT_EQ(log().end(), Offset{2});
    EXPECT_EQ(append(former), KafkaError::client_fenced);
    EXPECT_EQ(transactions().end(former, true), KafkaError::client_fenced);
    EXPECT_EQ(append(latter), KafkaError::none);
}

TEST_F(TransactionsTest, offsets_are_pending_until_its_end_BM_255) {
    const std::uint64_t producer = transactions().init("x");
    ASSERT_EQ(
        transactions().store_offsets(producer, "g", {{first_, Offset{7}, ""}}), KafkaError::none
    );
    EXPECT_EQ(fetched().error, KafkaError::unstable_offset_commit);
    ASSERT_EQ(transactions().end(producer, true), KafkaError::none);
    EXPECT_EQ(fetched().error, KafkaError::none);
    EXPECT_EQ(fetched().next_to_read, Offset{7});
}

TEST_F(TransactionsTest, offsets_of_an_aborted_one_are_dropped_BM_255) {
    const std::uint64_t producer = transactions().init("x");
    ASSERT_EQ(
        transactions().store_offsets(producer, "g", {{first_, Offset{7}, ""}}), KafkaError::none
    );
    ASSERT_EQ(transactions().end(producer, false), KafkaError::none);
    EXPECT_EQ(fetched().error, KafkaError::none);
    EXPECT_EQ(fetched().next_to_read, no_offset);
}

TEST_F(TransactionsTest, a_plain_commit_after_the_pending_one_wins_BM_256) {
    const std::uint64_t producer = transactions().init("x");
    ASSERT_EQ(
        transactions().store_offsets(producer, "g", {{first_, Offset{7}, ""}}), KafkaError::none
    );
    world_.cluster.coordinator_of("g").store("g", {first_, Offset{9}, ""});
    ASSERT_EQ(transactions().end(producer, true), KafkaError::none);
    EXPECT_EQ(fetched().next_to_read, Offset{9});
}

}  // namespace
}  // namespace odradek::sim
