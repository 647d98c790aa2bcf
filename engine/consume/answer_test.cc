#include "engine/consume/answer.h"

#include <gtest/gtest.h>

namespace odradek::consume {

using namespace std::chrono_literals;

TEST(Answer, knows_the_four_outcomes) {
    EXPECT_EQ(parse_answer("done")->kind(), Outcome::Kind::done);
    EXPECT_EQ(parse_answer("retry")->kind(), Outcome::Kind::retry);
    EXPECT_EQ(parse_answer("skip")->kind(), Outcome::Kind::skip);
    EXPECT_EQ(parse_answer("fail no such customer")->kind(), Outcome::Kind::fail);
    EXPECT_EQ(parse_answer("fail no such customer")->reason(), "no such customer");
    EXPECT_EQ(parse_answer("skip old")->reason(), "old");
}

TEST(Answer, takes_the_delay_that_a_retry_asks_for) {
    EXPECT_EQ(parse_answer("retry 500ms")->delay(), 500ms);
    EXPECT_EQ(parse_answer("retry 0s")->delay(), Duration{0});
    EXPECT_EQ(parse_answer("retry")->delay(), std::nullopt);
}

TEST(Answer, ignores_what_other_systems_put_around_a_line) {
    EXPECT_EQ(parse_answer(" done\r")->kind(), Outcome::Kind::done);
}

TEST(Answer, is_refused_when_it_is_anything_else) {
    for (const char* line : {"", "ok", "DONE", "done done", "retry soon", "retry -5s", "{}"}) {
        EXPECT_FALSE(parse_answer(line).has_value()) << line;
    }
    EXPECT_NE(parse_answer("ok").error().find("found \"ok\""), std::string::npos);
    EXPECT_LT(parse_answer(std::string(10'000, 'x')).error().size(), 200U);
}

}  // namespace odradek::consume
