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

TEST(MetricsPage, is_prometheus_text_with_the_group_as_label) {
    const Page page = metrics_page({.polled = 7, .in_flight = 3}, "a\"b");
    EXPECT_EQ(page.type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_NE(
        page.body.find("# TYPE odradek_records_polled_total counter\n"
                       "odradek_records_polled_total{group=\"a\\\"b\"} 7\n"),
        std::string::npos
    ) << page.body;
    EXPECT_NE(page.body.find("odradek_in_flight{group=\"a\\\"b\"} 3\n"), std::string::npos);
}

}  // namespace odradek::consume
