#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace odradek {

/// A program that is told to stop by a line on its standard input and reports by lines on its
/// standard output. Standard error is the caller's.
///
/// Owned by the test; the destructor kills what still runs.
class PeerProcess {
public:
    /// `argv[0]` is looked up in PATH. Throws std::system_error when no process can be made; a
    /// program that is missing ends with 127.
    explicit PeerProcess(const std::vector<std::string>& argv);
    PeerProcess(const PeerProcess&) = delete;
    PeerProcess& operator=(const PeerProcess&) = delete;
    PeerProcess(PeerProcess&&) = delete;
    PeerProcess& operator=(PeerProcess&&) = delete;
    ~PeerProcess();

    /// The next line without its end; empty at the end of the output or after `limit` without any.
    [[nodiscard]] std::optional<std::string> read_line(std::chrono::milliseconds limit);

    /// Writes the line that asks for the stop.
    void ask_to_stop();

    /// To be called at the end of the output. The exit code, 128 + signal for a signal.
    [[nodiscard]] int wait();

private:
    pid_t process_ = -1;
    int input_ = -1;   // its standard input
    int output_ = -1;  // its standard output
    std::string unread_;
};

}  // namespace odradek
