#include "scenarios/member_orders.h"

#include <fstream>

#include <gtest/gtest.h>

namespace odradek::scenarios {

using namespace std::chrono_literals;
using Kind = MemberOrder::Kind;

TEST(MemberOrders, arrive_as_they_were_given) {
    for (const MemberOrder& order :
         {MemberOrder{.kind = Kind::pause},
          MemberOrder{.kind = Kind::resume},
          MemberOrder{.kind = Kind::usual_handler},
          MemberOrder{.kind = Kind::slow_handler, .span = 1500ms},
          MemberOrder{.kind = Kind::failing_handler, .failures = {.part = 1, .whole = 20}},
          MemberOrder{.kind = Kind::stop, .span = 30s}}) {
        EXPECT_EQ(parse_order(to_line(order)), order) << to_line(order);
    }
}

TEST(MemberOrders, take_nothing_else_for_an_order) {
    for (const char* line : {"", "stop", "halt 1 0 1", "stop soon 0 1"}) {
        EXPECT_EQ(parse_order(line), std::nullopt) << line;
    }
}

TEST(MemberTask, is_read_as_it_was_written_and_refused_when_cut) {
    const std::filesystem::path path =
        std::filesystem::path(testing::TempDir()) / "odradek_member_task_test.json";
    MemberTask task{.place = {}, .scenario = "a.yml", .ledger = "b.ledger"};
    task.place = {
        .brokers = "127.0.0.1:1",
        .group = "g",
        .topics = {"t", "u"},
        .number = 3,
        .handler_seed = 9};
    ASSERT_TRUE(write_member_task(path, task).has_value());
    const auto read = read_member_task(path);
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(read->place.topics, task.place.topics);
    EXPECT_EQ(read->place.handler_seed, 9U);
    EXPECT_EQ(read->ledger, task.ledger);
    std::ofstream(path) << R"({"brokers": "x"})";
    EXPECT_FALSE(read_member_task(path).has_value());
    std::filesystem::remove(path);
}

}  // namespace odradek::scenarios
