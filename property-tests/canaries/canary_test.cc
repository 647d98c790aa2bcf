// The workshop itself: a canary that is not caught, or that cannot be built, is never a success.

#include "property-tests/canaries/canary.h"

#include <gtest/gtest.h>

namespace odradek::canary {

namespace {

constexpr const char* header =
    "Defect: the queue is asked after the wrong time\nSource: KB-1\nProgram: some_test\n"
    "Law: Queue.is_in_order\nWithin: 40 cases\n";
constexpr const char* diff =
    "--- a/engine/a.cc\n+++ b/engine/a.cc\n@@ -1 +1 @@\n-int a;\n+int b;\n";

Canary make_canary(std::string law, std::uint64_t within) {
    return {.name = "x", .program = "some_test", .law = std::move(law), .within = within};
}

}  // namespace

TEST(Canary, is_a_patch_with_a_header) {
    const auto canary = parse_canary("late", std::string(header) + diff);
    ASSERT_TRUE(canary.has_value());
    EXPECT_EQ(canary->law, "Queue.is_in_order");
    EXPECT_EQ(canary->within, 40U);
    EXPECT_EQ(canary->files, std::vector<std::string>{"engine/a.cc"});
    EXPECT_EQ(canary->diff, diff);
}

TEST(Canary, without_a_law_or_a_limit_is_refused) {
    EXPECT_FALSE(parse_canary("x", diff).has_value());
    EXPECT_FALSE(parse_canary("x", "Defect: a\nSource: b\nProgram: c\nLaw: d\n").has_value());
    const std::string in_header = "--- a/engine/a.h\n+++ b/engine/a.h\n";
    EXPECT_FALSE(parse_canary("x", header + in_header).has_value());
}

TEST(Canary, is_caught_by_its_law_within_its_cases_alone) {
    const std::string output =
        "[ RUN      ] Queue.is_in_order\nFalsifiable after 12 tests and 3 shrinks\n\n"
        "std::tuple<>:\n()\n\nproperty-tests/q.cc:12:\nRC_FAIL(*broken)\n\nthe first is late\n"
        "[  FAILED  ] Queue.is_in_order (3 ms)\n";
    const Verdict caught = read_property_output(make_canary("Queue.is_in_order", 12), output);
    EXPECT_TRUE(caught.is_caught);
    EXPECT_EQ(caught.after, 12U);
    EXPECT_EQ(caught.size, 2U);
    EXPECT_EQ(caught.why, "the first is late");
    EXPECT_FALSE(read_property_output(make_canary("Queue.is_in_order", 11), output).is_caught);
    EXPECT_FALSE(read_property_output(make_canary("Queue.is_empty", 12), output).is_caught);
    EXPECT_FALSE(read_property_output(
                     make_canary("Queue.is_in_order", 12),
                     "[ RUN      ] Queue.is_in_order\nSegmentation fault"
    )
                     .is_caught);
}

TEST(Canary, is_caught_by_its_guarantee_alone) {
    const std::string sweep = R"({"scenarios": [{"broken": [{"guarantee": "key_order", "seed": 7}],
        "stuck": [], "contract": []}]})";
    const Verdict caught = read_sweep_output(make_canary("ordering/a key_order", 9), sweep, 5);
    EXPECT_TRUE(caught.is_caught);
    EXPECT_EQ(caught.after, 3U);
    EXPECT_FALSE(read_sweep_output(make_canary("ordering/a metadata_fits", 9), sweep, 5).is_caught);
    EXPECT_FALSE(read_sweep_output(make_canary("ordering/a key_order", 9), "no", 5).is_caught);
}

TEST(Canary, that_does_not_apply_or_is_not_built_is_never_caught) {
    const Workshop workshop{.sources = ODRADEK_SOURCES, .build = ODRADEK_BUILD, .seed = 1};
    Canary canary = make_canary("Queue.is_in_order", 1);
    canary.name = "canary_test";
    canary.files = {"engine/core/assignment.cc"};
    canary.diff =
        "--- a/engine/core/assignment.cc\n+++ b/engine/core/assignment.cc\n"
        "@@ -1,2 +1,2 @@\n-no line\n-like this\n+is\n+there\n";
    const Verdict stale = try_canary(canary, workshop);
    EXPECT_FALSE(stale.is_caught);
    EXPECT_NE(stale.why.find("does not apply any more: make the same defect"), std::string::npos);
}

}  // namespace odradek::canary
