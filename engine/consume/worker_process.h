#pragma once

#include "odradek/clock.h"

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace odradek::consume {

/// Why there is no answer. The process is of no more use then.
struct WorkerFailure {
    enum class Kind : unsigned char {
        died,      ///< it ended; `exit_code` is set
        silent,    ///< no answer within the limit
        confused,  ///< it wrote what nobody asked for: its answers cannot be told apart any more
        stopped,   ///< interrupt() was called
    };

    Kind kind;
    std::string what;    ///< for a person
    int exit_code = -1;  ///< of a process that died: 128 + signal where a signal ended it
};

/// A child that reads a line and answers a line. It runs `sh -c COMMAND` in a process group of its
/// own, so that a terminal's Ctrl-C does not reach it; its standard error is ours. It gets SIGTERM
/// when the thread that started it ends, and sees the end of its input when this process does.
///
/// One thread at a time, except interrupt().
class WorkerProcess {
public:
    /// Error: no process or pipe could be made.
    [[nodiscard]] static std::expected<WorkerProcess, std::string> start(const std::string& command
    );

    WorkerProcess(WorkerProcess&&) noexcept;
    WorkerProcess& operator=(WorkerProcess&&) noexcept;

    /// Kills the process and all of its group.
    ~WorkerProcess();

    /// Writes `line`, which ends with the line's end, and waits for one line of answer, at most for
    /// `limit` (zero: without limit). The answer comes without its end.
    [[nodiscard]] std::expected<std::string, WorkerFailure> ask(
        std::string_view line, Duration limit
    );

    /// Any thread: ask() returns soon, and each later one at once.
    void interrupt();

    /// It has ended, or written something without having been asked. Does not wait.
    [[nodiscard]] bool is_useless();

    /// It has answered at least once.
    [[nodiscard]] bool has_answered() const;

    /// No more lines will come: a worker that reads to the end of its input ends by itself.
    void close_input();

    /// Waits until it ends, at most for `limit`; nothing when it still runs.
    [[nodiscard]] std::optional<WorkerFailure> wait_for_death(Duration limit);

private:
    struct State;
    explicit WorkerProcess(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace odradek::consume
