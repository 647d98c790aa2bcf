#include "engine/consume/notice_log.h"

#include <vector>

#include <gtest/gtest.h>

namespace odradek::consume {

namespace {

using namespace std::chrono_literals;

const EngineNotice failed{
    .kind = "record_failed",
    .partition = TopicPartition{"orders", PartitionId{3}},
    .offset = Offset{17},
    .attempt = 2,
    .text = "HTTP 503"};

}  // namespace

TEST(NoticeLog, names_record_attempt_and_reason) {
    std::vector<std::string> lines;
    NoticeLog log{[&](const std::string& line) { lines.push_back(line); }};
    log.write(failed, Instant{});
    log.write({.kind = "commit_failed", .text = "no answer"}, Instant{});
    EXPECT_EQ(
        lines,
        (std::vector<std::string>{
            "record_failed orders-3@17 attempt 2: HTTP 503", "commit_failed: no answer"})
    );
}

TEST(NoticeLog, leaves_out_what_is_too_much_and_says_how_much) {
    std::vector<std::string> lines;
    NoticeLog log{[&](const std::string& line) { lines.push_back(line); }};
    for (int count = 0; count < 25; ++count) {
        log.write(failed, Instant{} + 999ms);
    }
    EXPECT_EQ(lines.size(), NoticeLog::lines_max);
    log.write(failed, Instant{} + 1999ms);
    ASSERT_EQ(lines.size(), NoticeLog::lines_max + 1);
    EXPECT_TRUE(lines.back().ends_with("(and 15 more before it)")) << lines.back();
}

TEST(NoticeLog, lets_one_kind_not_hide_another) {
    std::vector<std::string> lines;
    NoticeLog log{[&](const std::string& line) { lines.push_back(line); }};
    for (int count = 0; count < 25; ++count) {
        log.write(failed, Instant{});
    }
    log.write({.kind = "commit_failed", .text = "no answer"}, Instant{});
    EXPECT_EQ(lines.back(), "commit_failed: no answer");
}

}  // namespace odradek::consume
