#include "engine/consume/status_pages.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace odradek::consume {

namespace {

nlohmann::json health(const ConsumerStatus& status, Phase phase = Phase::running) {
    return nlohmann::json::parse(health_page(status, phase).body);
}

}  // namespace

TEST(HealthPage, names_the_state_of_the_member) {
    EXPECT_EQ(health({})["status"], "joining");
    EXPECT_EQ(health({.has_assignment = true})["status"], "running");
    EXPECT_EQ(health({.has_assignment = true}, Phase::stopping)["status"], "stopping");
    EXPECT_EQ(health({.is_closed = true}, Phase::stopping)["status"], "stopped");
}

TEST(HealthPage, is_unavailable_once_the_engine_has_ended_by_itself) {
    const ConsumerStatus failed{
        .is_closed = true, .cause = Error{Errc::handler_failed, "attempts ran out", "orders-3@17"}};
    EXPECT_EQ(health_page(failed, Phase::running).status, 503);
    EXPECT_EQ(health(failed)["status"], "failed");
    EXPECT_EQ(health(failed)["cause"], "handler_failed at orders-3@17: attempts ran out");
    EXPECT_EQ(health_page({}, Phase::running).status, 200);
}

TEST(HealthPage, names_the_record_that_a_partition_is_stuck_at_and_since_when) {
    ConsumerStatus status{.has_assignment = true};
    EXPECT_EQ(health(status)["stuck"], nlohmann::json::array());
    status.stuck = {
        {{"orders", PartitionId{3}}, Offset{17}, std::chrono::milliseconds{42'500}},
        {{"orders", PartitionId{4}}, Offset{1}, std::chrono::seconds{60}}};
    EXPECT_EQ(
        health(status)["stuck"],
        nlohmann::json::parse(
            R"([{"topic":"orders","partition":3,"offset":17,"stuck_for_ms":42500},
                {"topic":"orders","partition":4,"offset":1,"stuck_for_ms":60000}])"
        )
    );
    EXPECT_EQ(health_page(status, Phase::running).status, 200);
}

TEST(MetricsPage, is_prometheus_text_with_the_group_as_label) {
    const Page page = metrics_page({.polled = 7}, "a\"b");
    EXPECT_EQ(page.type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_NE(page.body.find("{group=\"a\\\"b\"} 7\n"), std::string::npos) << page.body;
}

}  // namespace odradek::consume
