#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace odradek::local_kafka {

/// A process that cannot be taken for a later one with the same number.
struct ProcessId {
    pid_t number = 0;
    std::uint64_t started = 0;  ///< clock ticks since boot, field 22 of proc(5)'s stat

    friend bool operator==(const ProcessId&, const ProcessId&) = default;
};

/// This machine's boot; process ids of another boot mean nothing.
[[nodiscard]] std::string boot_id();

/// The process that has this number now; empty when there is none or only its exit status is left.
[[nodiscard]] std::optional<ProcessId> identify(pid_t number);

[[nodiscard]] bool is_alive(const ProcessId& process);

/// Sends `signal` unless the process has ended; a recycled number is never hit (pidfd).
void send_signal(const ProcessId& process, int signal);

/// Waits until the process has ended, at most `limit`. Answers whether it has.
bool wait_until_gone(const ProcessId& process, std::chrono::milliseconds limit);

/// SIGKILL, and waits until the process has ended, at most `limit`. Answers whether it has.
bool kill_and_wait(const ProcessId& process, std::chrono::milliseconds limit);

enum class Lifetime {
    detached,     ///< outlives its starter
    with_starter  ///< killed by the kernel when the *thread* that started it ends
};

struct SpawnOptions {
    std::vector<std::string> argv;  ///< the program is looked up in PATH
    std::filesystem::path log;      ///< standard output and error are appended here
    Lifetime lifetime = Lifetime::detached;
    int input = -1;  ///< becomes its standard input and stays the caller's; -1: nothing to read
};

/// Starts a process in the background; it runs the program only after `remember` has returned.
///
/// So a starter that is killed in between leaves either a process that is remembered or none.
/// Error: a sentence (the log cannot be written, no process can be made, `remember` failed).
[[nodiscard]] std::expected<ProcessId, std::string> spawn(
    const SpawnOptions& options,
    const std::function<std::expected<void, std::string>(ProcessId)>& remember
);

struct Finished {
    int exit_code = 0;   ///< 128 + signal when a signal ended it, 127 when it could not be run
    std::string output;  ///< standard output and error together
    bool timed_out = false;
};

/// Runs a program (looked up in PATH) to its end, at most `limit`; then it is killed.
[[nodiscard]] Finished run_to_end(
    const std::vector<std::string>& argv, std::chrono::milliseconds limit
);

/// The program's path when PATH has it.
[[nodiscard]] std::optional<std::filesystem::path> find_program(const std::string& name);

}  // namespace odradek::local_kafka
