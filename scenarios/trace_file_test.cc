#include "scenarios/trace_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace odradek::scenarios {

namespace {

TraceEvent full_event() {
    TraceEvent event;
    event.at = Instant{Duration{123}};
    event.kind = TraceEvent::Kind::finished;
    event.member = 1;
    event.topic = 0;
    event.partition = PartitionId{3};
    event.offset = Offset{9'000'000'000};
    event.epoch = Epoch{4'000'000};
    event.attempt = 2;
    event.key = "\xFFkey";
    event.has_key = true;
    event.detail = "done";
    return event;
}

}  // namespace

TEST(TraceFile, reads_what_the_core_writes) {
    for (int kind = 0; kind <= static_cast<int>(TraceEvent::Kind::note); ++kind) {
        TraceEvent event = full_event();
        event.kind = static_cast<TraceEvent::Kind>(kind);
        const std::string line = to_json_line(event);
        const auto again = parse_trace_line(line);
        ASSERT_TRUE(again.has_value()) << line << again.error();
        EXPECT_EQ(to_json_line(*again), line);
    }
    EXPECT_EQ(parse_trace_line(to_json_line(full_event()))->key, "\xFFkey");
    const auto null_key = parse_trace_line(R"({"event":"produced","at_ns":0,"key":null})");
    EXPECT_FALSE(null_key->has_key);
}

TEST(TraceFile, says_what_is_wrong_with_a_line) {
    EXPECT_EQ(parse_trace_line("{").error(), "not a JSON object");
    EXPECT_EQ(parse_trace_line("[]").error(), "not a JSON object");
    EXPECT_EQ(parse_trace_line(R"({"at_ns":0})").error(), "field 'event' is missing");
    EXPECT_EQ(parse_trace_line(R"({"event":"exploded"})").error(), R"(unknown event "exploded")");
    EXPECT_EQ(
        parse_trace_line(R"({"event":"note","member":"x"})").error(), "'member' must be an integer"
    );
    EXPECT_EQ(
        parse_trace_line(R"({"event":"note","member":5000000000})").error(),
        "'member' is out of range"
    );
    EXPECT_EQ(parse_trace_line(R"({"event":"note","size":1})").error(), "unknown field 'size'");
    EXPECT_FALSE(parse_trace_line(R"({"event":"note","key":{"base64":"!"}})").has_value());
}

TEST(TraceFile, names_the_lines_that_are_no_events) {
    const std::filesystem::path path =
        std::filesystem::path(testing::TempDir()) / "odradek_trace_file_test.jsonl";
    std::ofstream(path) << R"({"event":"note"})"
                        << "\n\nnonsense\n";
    const auto trace = read_trace_file(path);
    ASSERT_FALSE(trace.has_value());
    ASSERT_EQ(trace.error().size(), 1U);
    EXPECT_EQ(trace.error()[0].line, 3U);
    ASSERT_TRUE(write_trace_file(path, {full_event(), full_event()}));
    EXPECT_EQ(read_trace_file(path)->size(), 2U);
    std::filesystem::remove(path);
    EXPECT_FALSE(read_trace_file(path).has_value());
}

}  // namespace odradek::scenarios
