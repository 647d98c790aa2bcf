#include "reports/compare/workload.h"

#include <gtest/gtest.h>

namespace odradek::reports {

using namespace std::chrono_literals;

TEST(Workload, TK5_reads_and_writes_key_spreads) {
    for (const char* text : {"1", "10000", "zipf:1000:1", "zipf:50:0.7"}) {
        const auto keys = parse_keys(text);
        ASSERT_TRUE(keys.has_value()) << text;
        EXPECT_EQ(to_text(*keys), text);
    }
    EXPECT_EQ(parse_keys("zipf:1000:1.0")->exponent, 1.0);
    EXPECT_EQ(parse_keys("zipf:1000")->exponent, 1.0);
}

TEST(Workload, TK5_says_what_it_expected_of_keys) {
    for (const char* text : {"", "0", "many", "zipf:", "zipf:0:1", "zipf:10:x", "zipf:10:-1"}) {
        const auto keys = parse_keys(text);
        ASSERT_FALSE(keys.has_value()) << text;
        EXPECT_NE(keys.error().find("zipf:1000:1.0"), std::string::npos);
    }
}

TEST(Workload, TK5_reads_and_writes_handlers) {
    EXPECT_EQ(parse_handler_work("noop"), HandlerWork{});
    EXPECT_EQ(
        parse_handler_work("sleep:0-5ms"),
        (HandlerWork{.kind = HandlerWork::Kind::sleep, .low = 0ms, .high = 5ms})
    );
    EXPECT_EQ(
        parse_handler_work("cpu:50us"),
        (HandlerWork{.kind = HandlerWork::Kind::cpu, .low = 50us, .high = 50us})
    );
    EXPECT_EQ(to_text(*parse_handler_work("sleep:1ms-2s")), "sleep:1ms-2s");
    EXPECT_EQ(to_text(*parse_handler_work("async:20ms")), "async:20ms");
}

TEST(Workload, TK5_says_what_it_expected_of_a_handler) {
    for (const char* text :
         {"", "sleep", "sleep:", "sleep:5", "sleep:5-1ms", "nap:5ms", "noop:1"}) {
        EXPECT_FALSE(parse_handler_work(text).has_value()) << text;
    }
}

TEST(Workload, TK5_shares_a_topic_whatever_the_handler_does) {
    Workload one;
    Workload other = one;
    other.handler = *parse_handler_work("sleep:20ms");
    other.concurrency = 300;
    EXPECT_TRUE(have_same_records(one, other));
    other.keys.count = 7;
    EXPECT_FALSE(have_same_records(one, other));
}

}  // namespace odradek::reports
