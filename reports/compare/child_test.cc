#include "reports/compare/child.h"

#include <csignal>

#include <gtest/gtest.h>
#include <unistd.h>

namespace odradek::reports {

using namespace std::chrono_literals;

TEST(Child, TK5_gives_its_whole_text_and_its_own_process) {
    const std::string long_text(300'000, 'x');
    const auto text = run_in_child([&] { return std::to_string(getpid()) + long_text; }, 60s);
    ASSERT_TRUE(text.has_value()) << text.error();
    EXPECT_NE(text->substr(0, text->find('x')), std::to_string(getpid()));
    EXPECT_TRUE(text->ends_with(long_text));
}

TEST(Child, TK5_says_how_it_died) {
    const auto text = run_in_child(
        [] {
            raise(SIGKILL);
            return std::string();
        },
        60s
    );
    ASSERT_FALSE(text.has_value());
    EXPECT_EQ(text.error(), "died: Killed");
}

TEST(Child, TK5_is_stopped_at_its_limit) {
    const auto text = run_in_child(
        [] {
            for (;;) {
                pause();
            }
            return std::string();
        },
        20ms
    );
    ASSERT_FALSE(text.has_value());
    EXPECT_EQ(text.error(), "took too long and was stopped");
}

}  // namespace odradek::reports
