#include "engine/local_kafka/process.h"

#include <array>
#include <csignal>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace odradek::local_kafka {

namespace {

using std::chrono::seconds;

std::filesystem::path log_file() {
    return std::filesystem::path(::testing::TempDir()) /
           ("process_test-" + std::to_string(getpid()) + ".log");
}

std::expected<void, std::string> accept(ProcessId /*process*/) {
    return {};
}

ProcessId start_sleeper(Lifetime lifetime = Lifetime::detached) {
    const auto spawned =
        spawn({.argv = {"sleep", "300"}, .log = log_file(), .lifetime = lifetime}, &accept);
    return spawned.value_or(ProcessId{});
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST(Process, is_alive_until_it_is_killed) {
    const ProcessId sleeper = start_sleeper();
    EXPECT_TRUE(is_alive(sleeper));
    EXPECT_TRUE(kill_and_wait(sleeper, seconds(10)));
    EXPECT_FALSE(is_alive(sleeper));
    EXPECT_EQ(identify(sleeper.number), std::nullopt);
}

TEST(Process, with_the_same_number_but_another_start_is_never_signalled) {
    const ProcessId sleeper = start_sleeper();
    const ProcessId earlier{.number = sleeper.number, .started = sleeper.started - 1};
    EXPECT_FALSE(is_alive(earlier));
    send_signal(earlier, SIGKILL);
    EXPECT_TRUE(kill_and_wait(earlier, seconds(10)));
    EXPECT_TRUE(is_alive(sleeper));
    kill_and_wait(sleeper, seconds(10));
}

TEST(Process, that_is_stopped_can_still_be_killed) {
    const ProcessId sleeper = start_sleeper();
    send_signal(sleeper, SIGSTOP);
    EXPECT_TRUE(is_alive(sleeper));
    EXPECT_TRUE(kill_and_wait(sleeper, seconds(10)));
}

TEST(Spawn, never_runs_a_program_that_could_not_be_remembered) {
    const std::filesystem::path proof = log_file().string() + ".ran";
    std::filesystem::remove(proof);
    ProcessId seen;
    const auto spawned = spawn(
        {.argv = {"touch", proof.string()}, .log = log_file()},
        [&](ProcessId process) -> std::expected<void, std::string> {
            seen = process;
            return std::unexpected("the disk is full");
        }
    );
    ASSERT_FALSE(spawned.has_value());
    EXPECT_EQ(spawned.error(), "the disk is full");
    EXPECT_FALSE(is_alive(seen));
    EXPECT_FALSE(std::filesystem::exists(proof));
}

TEST(Spawn, appends_what_the_program_says_to_the_log) {
    std::filesystem::remove(log_file());
    const auto spawned =
        spawn({.argv = {"sh", "-c", "echo one; echo two >&2"}, .log = log_file()}, &accept);
    ASSERT_TRUE(spawned.has_value());
    ASSERT_TRUE(wait_until_gone(*spawned, seconds(10)));
    EXPECT_EQ(text_of(log_file()), "one\ntwo\n");
}

TEST(Spawn, says_which_log_cannot_be_written) {
    const auto spawned = spawn({.argv = {"true"}, .log = "/nowhere/log"}, &accept);
    ASSERT_FALSE(spawned.has_value());
    EXPECT_NE(spawned.error().find("/nowhere/log"), std::string::npos);
}

TEST(Spawn, with_starter_dies_when_its_starter_is_killed) {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    const pid_t starter = fork();
    if (starter == 0) {
        const ProcessId sleeper = start_sleeper(Lifetime::with_starter);
        const bool told = write(ends[1], &sleeper, sizeof sleeper) == sizeof sleeper;
        if (told) pause();  // until the test kills us
        _exit(1);
    }
    close(ends[1]);
    ProcessId sleeper;
    ASSERT_EQ(read(ends[0], &sleeper, sizeof sleeper), static_cast<ssize_t>(sizeof sleeper));
    close(ends[0]);
    EXPECT_TRUE(is_alive(sleeper));
    kill(starter, SIGKILL);
    waitpid(starter, nullptr, 0);
    EXPECT_TRUE(wait_until_gone(sleeper, seconds(10)));
}

TEST(RunToEnd, gives_exit_code_and_output) {
    const Finished finished =
        run_to_end({"sh", "-c", "echo out; echo err >&2; exit 7"}, seconds(10));
    EXPECT_EQ(finished.exit_code, 7);
    EXPECT_EQ(finished.output, "out\nerr\n");
    EXPECT_FALSE(finished.timed_out);
    EXPECT_EQ(run_to_end({"no-such-program-anywhere"}, seconds(10)).exit_code, 127);
}

TEST(RunToEnd, kills_what_takes_too_long) {
    const Finished finished =
        run_to_end({"sh", "-c", "sleep 300 & wait"}, std::chrono::milliseconds(50));
    EXPECT_TRUE(finished.timed_out);
    EXPECT_EQ(finished.exit_code, 128 + SIGKILL);
}

TEST(FindProgram, looks_into_the_folders_of_path) {
    EXPECT_TRUE(find_program("sh").has_value());
    EXPECT_FALSE(find_program("no-such-program-anywhere").has_value());
}

}  // namespace odradek::local_kafka
