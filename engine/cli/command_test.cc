#include "engine/cli/command.h"

#include "odradek/contract.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

namespace {

ExitCode answer_count(std::span<const std::string> arguments) {
    return arguments.size() == 1 ? ExitCode::not_held : ExitCode::passed;
}

ExitCode break_promise(std::span<const std::string> /*arguments*/) {
    expects(false);
    return ExitCode::passed;
}

const std::array commands{
    Command{"count", "counts", &answer_count},
    Command{"break", "breaks a promise", &break_promise},
    Command{"sibling-that-is-not-there", "another program", nullptr},
};

int run(std::initializer_list<std::string> arguments) {
    return run_program("odradek", commands, std::vector<std::string>(arguments));
}

}  // namespace

TEST(RunProgram, hands_the_rest_of_the_line_to_the_verb) {
    EXPECT_EQ(run({"count", "one"}), 1);
    EXPECT_EQ(run({"count"}), 0);
}

TEST(RunProgram, answers_wrong_usage_with_two_and_help_with_zero) {
    EXPECT_EQ(run({}), 2);
    EXPECT_EQ(run({"cuont"}), 2);
    EXPECT_EQ(run({"--help"}), 0);
}

TEST(RunProgram, turns_a_broken_contract_into_seventy) {
    EXPECT_EQ(run({"break"}), 70);
}

TEST(RunProgram, names_a_missing_sibling_as_a_matter_of_the_environment) {
    EXPECT_EQ(run({"sibling-that-is-not-there"}), 3);
}

}  // namespace odradek
