// Every command that a guide shows is run, and prints what the guide says.
#include "property-tests/docs_run.h"

namespace odradek::docs {

namespace {

void follow(const std::string& file) {
    const DocsRun run{file, "#!/bin/sh\nexec ODRADEK \"$@\"\n"};
    run.run([](const std::string& text) { return text; });
}

}  // namespace

TEST(Docs, have_their_commands_and_files_found) {
    const std::vector<Step> steps = steps_in(
        "text\n```yaml a.yaml\nx: 1\n```\n```console\n$ one \\\n  two\nout\n$ three\n```\n```\nnot "
        "run\n```\n"
    );
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_EQ(steps[0].kind, Step::Kind::write);
    EXPECT_EQ(steps[0].name, "a.yaml");
    EXPECT_EQ(steps[0].text, "x: 1\n");
    EXPECT_EQ(steps[1].name, "one \\\n  two");
    EXPECT_EQ(steps[1].text, "out\n");
    EXPECT_EQ(steps[1].line, 6);
    EXPECT_EQ(steps[2].name, "three");
}

TEST(Docs, that_say_something_else_than_the_command_are_found) {
    EXPECT_TRUE(matches("a\nb 17 s\nc\nd\n", "a\nb … s\n…\nd\n"));
    EXPECT_TRUE(matches("a\n", "a\n…\n"));
    EXPECT_FALSE(matches("a\nb\n", "a\n"));
    EXPECT_FALSE(matches("a\n", "a\nb\n"));
    EXPECT_FALSE(matches("b 17 m\n", "b … s\n"));
}

TEST(Docs, readme) {
    follow("README.md");
}
TEST(Docs, guide_to_chaos) {
    follow("engine/guides/chaos.md");
}
TEST(Docs, guide_to_keys) {
    follow("engine/guides/keys.md");
}
TEST(Docs, guide_to_migration) {
    follow("engine/guides/migrate.md");
}
TEST(Docs, guide_to_reports) {
    follow("engine/guides/report.md");
}

}  // namespace odradek::docs
