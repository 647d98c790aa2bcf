#include "engine/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace odradek {

namespace {

/// Parses `words` with a command of two verbs; what was said on standard error and output.
struct Said {
    std::optional<ExitCode> code;
    std::string error;
    std::string output;
};

Said parse(const std::vector<std::string>& words) {
    CLI::App app{"a test", "odradek test"};
    app.require_subcommand(1);
    int nodes = 0;
    CLI::App* start = app.add_subcommand("start", "starts");
    start->add_option("--nodes", nodes, "how many")->check(CLI::Range(1, 9));
    start->footer("Example: odradek test start --nodes 3");
    app.add_subcommand("stop", "stops");
    ::testing::internal::CaptureStderr();
    ::testing::internal::CaptureStdout();
    Said said{.code = parse_command_line(app, words)};
    said.output = ::testing::internal::GetCapturedStdout();
    said.error = ::testing::internal::GetCapturedStderr();
    return said;
}

}  // namespace

TEST(CommandLine, goes_on_where_nothing_is_wrong) {
    EXPECT_EQ(parse({"start", "--nodes", "3"}).code, std::nullopt);
}

TEST(CommandLine, names_the_nearest_option_and_verb) {
    const Said option = parse({"start", "--nods", "3"});
    EXPECT_EQ(option.code, ExitCode::usage);
    EXPECT_EQ(
        option.error, "odradek: error: unknown option '--nods'\n  help: did you mean --nodes?\n"
    );
    EXPECT_EQ(
        parse({"strt"}).error,
        "odradek: error: unknown command 'strt'\n  help: did you mean 'start'?\n"
    );
}

TEST(CommandLine, points_to_the_help_of_the_verb_where_nothing_is_near) {
    EXPECT_EQ(
        parse({"start", "--zzz"}).error,
        "odradek: error: unknown option '--zzz'\n  help: odradek test start --help\n"
    );
    EXPECT_EQ(
        parse({}).error, "odradek: error: which of its commands?\n  help: odradek test --help\n"
    );
    EXPECT_NE(parse({"start", "--nodes", "10"}).error.find("--nodes: Value 10"), std::string::npos);
}

TEST(CommandLine, ends_every_help_with_the_exit_codes) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"--help"}, std::vector<std::string>{"start", "--help"}}) {
        const Said help = parse(words);
        EXPECT_EQ(help.code, ExitCode::passed);
        EXPECT_NE(help.output.find("70 a bug in Odradek."), std::string::npos) << help.output;
    }
    EXPECT_NE(parse({"start", "--help"}).output.find("Example: odradek test"), std::string::npos);
}

}  // namespace odradek
