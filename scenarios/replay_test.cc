#include "scenarios/replay.h"

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

TraceEvent event_of(TraceEvent::Kind kind, std::int64_t offset, std::string_view detail = {}) {
    TraceEvent event;
    event.kind = kind;
    event.member = 0;
    event.topic = 0;
    event.partition = PartitionId{0};
    event.offset = Offset{offset};
    event.detail = detail;
    return event;
}

}  // namespace

TEST(Replay, finds_the_first_line_that_differs) {
    const std::vector<TraceEvent> one{
        event_of(TraceEvent::Kind::produced, 0), event_of(TraceEvent::Kind::produced, 1)};
    std::vector<TraceEvent> other = one;
    EXPECT_EQ(first_difference(one, other), std::nullopt);
    other[1].offset = Offset{2};
    EXPECT_EQ(first_difference(one, other)->number, 2U);
    other.pop_back();
    const auto ended = first_difference(one, other);
    EXPECT_EQ(ended->number, 2U);
    EXPECT_EQ(ended->replayed, "");
}

TEST(Replay, judges_a_recorded_trace_from_its_events_alone) {
    Scenario scenario;
    scenario.guarantees = {"at_least_once", "commit_never_passes_unfinished"};
    std::vector<TraceEvent> trace{event_of(TraceEvent::Kind::produced, 0)};
    EXPECT_EQ(judge_again(trace, scenario, false).verdict.kind, Verdict::Kind::held);
    EXPECT_TRUE(judge_again(trace, scenario, true).verdict.breaks("at_least_once"));
    trace.push_back(event_of(TraceEvent::Kind::committed, 1));
    const RunReport report = judge_again(trace, scenario, false);
    EXPECT_TRUE(report.verdict.breaks("commit_never_passes_unfinished"));
    EXPECT_EQ(report.records, 1U);
}

TEST(Replay, reads_scenario_and_seed_from_the_first_line) {
    Scenario scenario;
    scenario.group = "ordering";
    scenario.name = "some-name";
    Recording recording(scenario, {.seed = 99, .keep_trace = true, .hash_trace = true});
    const RunReport report = recording.finish({.reached_end = true, .at_rest = true});
    const auto title = title_of(report.trace);
    ASSERT_TRUE(title.has_value());
    EXPECT_EQ(title->scenario, "ordering/some-name");
    EXPECT_EQ(title->seed, 99U);
    EXPECT_EQ(title_of({}), std::nullopt);
    EXPECT_EQ(report.trace_sha256, judge_again(report.trace, scenario, true).trace_sha256);
}

}  // namespace odradek::scenarios
