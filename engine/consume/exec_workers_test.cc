#include "engine/consume/exec_workers.h"

#include <csignal>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace odradek::consume {

namespace {

using namespace std::chrono_literals;

ExecWorkers opened(const std::string& command, Duration answer_within = 30s) {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    auto workers = ExecWorkers::open(
        {.command = command, .answer_within = answer_within, .report = [](const std::string&) {}}
    );
    EXPECT_TRUE(workers.has_value());
    return std::move(*workers);
}

Outcome run(ExecWorkers& workers, std::int64_t offset = 0) {
    Record record;
    record.topic = "t";
    record.offset = Offset{offset};
    return workers.run({.record = record, .attempt = 1, .assignment = Epoch{1}});
}

}  // namespace

TEST(ExecWorkers, keeps_one_worker_for_one_record_after_another) {
    // Answers with its count of lines: a new process for each record would always say 1.
    ExecWorkers workers = opened("n=0; while read -r l; do n=$((n+1)); echo skip $n; done");
    EXPECT_EQ(run(workers).reason(), "1");
    EXPECT_EQ(run(workers).reason(), "2");
    EXPECT_EQ(run(workers).reason(), "3");
}

TEST(ExecWorkers, runs_as_many_workers_as_records_at_once) {
    // No worker answers before both have a record: each waits for the other's file.
    const std::string folder = ::testing::TempDir() + "exec-" + std::to_string(getpid());
    ASSERT_EQ(
        std::system(("mkdir -p " + folder + " && mkfifo " + folder + "/0 " + folder + "/1").c_str()
        ),
        0
    );
    ExecWorkers workers = opened(
        "while read -r l; do case $l in *'\"offset\":0'*) read -r x < " + folder +
        "/0;; *) echo go > " + folder + "/0;; esac; echo done; done"
    );
    std::jthread first{[&] { EXPECT_EQ(run(workers, 0).kind(), Outcome::Kind::done); }};
    EXPECT_EQ(run(workers, 1).kind(), Outcome::Kind::done);
    first.join();
    EXPECT_EQ(std::system(("rm -r " + folder).c_str()), 0);
}

TEST(ExecWorkers, fails_the_record_of_a_worker_that_dies_with_a_retry_and_starts_another) {
    ExecWorkers workers =
        opened("while read -r l; do case $l in *'\"offset\":5'*) exit 3;; esac; echo done; done");
    EXPECT_EQ(run(workers, 4).kind(), Outcome::Kind::done);
    const Outcome died = run(workers, 5);
    EXPECT_EQ(died.kind(), Outcome::Kind::retry);
    EXPECT_EQ(died.delay(), std::nullopt);
    EXPECT_EQ(died.reason(), "the worker ended with exit code 3");
    EXPECT_EQ(run(workers, 6).kind(), Outcome::Kind::done);
}

TEST(ExecWorkers, replaces_a_worker_that_hangs) {
    ExecWorkers workers = opened(
        "while read -r l; do case $l in *'\"offset\":5'*) read never;; esac; echo done; done", 100ms
    );
    EXPECT_EQ(run(workers, 5).reason(), "the worker gave no answer");
    EXPECT_EQ(run(workers, 6).kind(), Outcome::Kind::done);
}

TEST(ExecWorkers, replaces_a_worker_that_answers_what_nobody_can_read) {
    ExecWorkers workers = opened(
        "while read -r l; do case $l in *'\"offset\":5'*) echo perhaps;; *) echo done;; esac; done"
    );
    const Outcome garbage = run(workers, 5);
    EXPECT_EQ(garbage.kind(), Outcome::Kind::retry);
    EXPECT_NE(garbage.reason().find("found \"perhaps\""), std::string::npos) << garbage.reason();
    EXPECT_EQ(run(workers, 6).kind(), Outcome::Kind::done);
}

TEST(ExecWorkers, cannot_be_opened_for_a_command_that_does_not_exist) {
    const auto workers = ExecWorkers::open(
        {.command = "exec no-such-program-anywhere 2>/dev/null",
         .answer_within = 1s,
         .report = [](const std::string&) {}}
    );
    ASSERT_FALSE(workers.has_value());
    EXPECT_NE(workers.error().find("exit code 127"), std::string::npos) << workers.error();
}

TEST(ExecWorkers, turns_records_away_when_it_stops_and_interrupts_what_hangs) {
    ExecWorkers workers = opened("while read -r l; do read never; done", Duration{0});
    std::latch asked{1};
    std::jthread hanging{[&] {
        asked.count_down();
        EXPECT_EQ(run(workers).kind(), Outcome::Kind::retry);
    }};
    asked.wait();
    workers.stop(30s);
    hanging.join();
    EXPECT_EQ(run(workers).reason(), "the program stops");
}

}  // namespace odradek::consume
