// Real children: small shell programs that read lines and answer.
#include "engine/consume/worker_process.h"

#include "engine/local_kafka/process.h"

#include <csignal>

#include <gtest/gtest.h>

namespace odradek::consume {

namespace {

using namespace std::chrono_literals;
using Kind = WorkerFailure::Kind;

constexpr Duration long_enough = 30s;

WorkerProcess started(const std::string& command) {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    auto worker = WorkerProcess::start(command);
    EXPECT_TRUE(worker.has_value());
    return std::move(*worker);
}

}  // namespace

TEST(WorkerProcess, answers_one_line_for_each_line) {
    WorkerProcess worker = started("while read line; do echo \"got $line\"; done");
    EXPECT_EQ(worker.ask("one\n", long_enough), "got one");
    EXPECT_EQ(worker.ask("two\n", long_enough), "got two");
    EXPECT_FALSE(worker.is_useless());
}

TEST(WorkerProcess, takes_a_line_larger_than_a_pipe) {
    WorkerProcess worker = started("while read -r line; do echo ${#line}; done");
    EXPECT_EQ(worker.ask(std::string(300'000, 'x') + "\n", long_enough), "300000");
}

TEST(WorkerProcess, names_the_exit_code_of_one_that_dies) {
    WorkerProcess worker = started("read line; exit 7");
    const auto answer = worker.ask("x\n", long_enough);
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().kind, Kind::died);
    EXPECT_EQ(answer.error().exit_code, 7);
    EXPECT_EQ(answer.error().what, "the worker ended with exit code 7");
}

TEST(WorkerProcess, names_the_signal_of_one_that_is_killed) {
    WorkerProcess worker = started("read line; kill -9 $$");
    const auto answer = worker.ask("x\n", long_enough);
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().what, "the worker ended with SIGKILL");
}

TEST(WorkerProcess, says_so_when_there_is_no_such_command) {
    WorkerProcess worker = started("exec /nowhere/at/all 2>/dev/null");
    const auto answer = worker.ask("x\n", long_enough);
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().exit_code, 127);
}

TEST(WorkerProcess, is_given_up_when_it_does_not_answer_in_time) {
    WorkerProcess worker = started("read line; read never");
    const auto answer = worker.ask("x\n", 20ms);
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().kind, Kind::silent);
}

TEST(WorkerProcess, is_given_up_when_it_does_not_read_in_time) {
    WorkerProcess worker = started("exec tail -f /dev/null");
    const auto answer = worker.ask(std::string(300'000, 'x') + "\n", 20ms);
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().kind, Kind::silent);
}

TEST(WorkerProcess, is_not_believed_when_it_answers_twice) {
    WorkerProcess worker = started("read line; printf 'done\\ndone\\n'; read never");
    const auto answer = worker.ask("x\n", long_enough);
    if (answer) {
        // The second line came after the first was taken: it is seen before the next record.
        const auto next = worker.ask("y\n", long_enough);
        ASSERT_FALSE(next.has_value());
        EXPECT_EQ(next.error().kind, Kind::confused);
    } else {
        EXPECT_EQ(answer.error().kind, Kind::confused);
    }
}

TEST(WorkerProcess, is_useless_when_it_has_ended_or_speaks_unasked) {
    WorkerProcess talker = started("read line; printf 'done\\n'; echo hello; read never");
    static_cast<void>(talker.ask("x\n", long_enough));
    WorkerProcess ended = started("exit 0");
    ended.close_input();
    EXPECT_EQ(ended.wait_for_death(long_enough)->exit_code, 0);
    EXPECT_TRUE(ended.is_useless());
}

TEST(WorkerProcess, does_not_answer_after_an_interruption) {
    WorkerProcess worker = started("read line; read never");
    worker.interrupt();
    const auto answer = worker.ask("x\n", Duration{0});
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().kind, Kind::stopped);
}

TEST(WorkerProcess, takes_its_own_children_with_it) {
    std::string child;
    {
        WorkerProcess worker = started("read line; tail -f /dev/null & echo $!; read never");
        child = worker.ask("x\n", long_enough).value_or("");
        ASSERT_FALSE(child.empty());
    }
    const auto process = local_kafka::identify(std::stoi(child));
    EXPECT_TRUE(!process || local_kafka::wait_until_gone(*process, 30s));
}

}  // namespace odradek::consume
