#include "engine/consume/worker_process.h"

#include "engine/consume/file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace odradek::consume {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// An answer is a word and a reason; who writes more has lost the thread.
constexpr std::size_t answer_bytes_max = 64 * 1024;

/// The child: only calls that are safe between fork and exec.
[[noreturn]] void run_child(const char* command, int input, int output) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    sigset_t none;
    sigemptyset(&none);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): between fork and exec there is one thread
    sigprocmask(SIG_SETMASK, &none, nullptr);
    std::signal(SIGPIPE, SIG_DFL);
    execl("/bin/sh", "sh", "-c", command, nullptr);
    _exit(127);
}

std::string described(int exit_code) {
    if (exit_code < 128) return "exit code " + std::to_string(exit_code);
    const char* name = sigabbrev_np(exit_code - 128);
    return name == nullptr ? "signal " + std::to_string(exit_code - 128)
                           : std::string("SIG") + name;
}

}  // namespace

struct WorkerProcess::State {
    pid_t process = 0;
    std::optional<int> exit_code;
    File input;
    File output;
    File interruption;
    std::string unread;
    bool has_answered = false;

    ~State() {
        if (exit_code) return;
        kill(-process, SIGKILL);
        wait_for_end();
    }

    void wait_for_end() {
        int status = 0;
        while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
        }
        exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        kill(-process, SIGKILL);  // whom it has left behind
    }

    /// Its end has been seen: takes its exit code, and kills it when it only closed its output.
    WorkerFailure death() {
        if (!exit_code) {
            const bool has_ended = ends_within(std::chrono::seconds{1});
            if (!has_ended) kill(-process, SIGKILL);
            wait_for_end();
            if (!has_ended) {
                return {WorkerFailure::Kind::died, "the worker closed its output", *exit_code};
            }
        }
        return {
            WorkerFailure::Kind::died,
            "the worker ended with " + described(*exit_code),
            *exit_code};
    }

    [[nodiscard]] bool ends_within(Duration limit) const {
        const File handle{static_cast<int>(syscall(SYS_pidfd_open, process, 0))};
        pollfd end{.fd = handle.get(), .events = POLLIN, .revents = 0};
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(limit);
        return handle.get() < 0 || poll(&end, 1, static_cast<int>(ms.count())) > 0;
    }

    /// Reads what is there; false at the end of the output.
    bool read_some() {
        std::array<char, 4096> buffer{};
        const ssize_t size = read(output.get(), buffer.data(), buffer.size());
        if (size > 0) unread.append(buffer.data(), static_cast<std::size_t>(size));
        return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
    }

    /// Writes what fits of `rest`; false when nobody reads it any more.
    bool write_some(std::string_view& rest) const {
        const ssize_t size = write(input.get(), rest.data(), rest.size());
        if (size > 0) rest.remove_prefix(static_cast<std::size_t>(size));
        return size >= 0 || errno == EAGAIN || errno == EINTR;
    }

    std::expected<std::string, WorkerFailure> ask(std::string_view line, Duration limit);
    std::expected<std::string, WorkerFailure> take_answer();
};

std::expected<WorkerProcess, std::string> WorkerProcess::start(const std::string& command) {
    std::array<int, 2> down{-1, -1};
    std::array<int, 2> up{-1, -1};
    auto state = std::make_unique<State>();
    const bool has_pipes = pipe2(down.data(), O_CLOEXEC) == 0 && pipe2(up.data(), O_CLOEXEC) == 0;
    const File child_input{down[0]};
    const File child_output{up[1]};
    state->input.reset(down[1]);
    state->output.reset(up[0]);
    state->interruption.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    state->exit_code = 0;  // nothing to kill yet
    if (!has_pipes || state->interruption.get() < 0) {
        return std::unexpected(std::string("no pipe to a worker: ") + strerrordesc_np(errno));
    }
    const pid_t process = fork();
    if (process < 0) {
        return std::unexpected(std::string("no process for a worker: ") + strerrordesc_np(errno));
    }
    if (process == 0) run_child(command.c_str(), child_input.get(), child_output.get());
    setpgid(process, process);  // here too: whoever comes first
    state->process = process;
    state->exit_code.reset();
    fcntl(state->input.get(), F_SETFL, O_NONBLOCK);
    fcntl(state->output.get(), F_SETFL, O_NONBLOCK);
    return WorkerProcess{std::move(state)};
}

WorkerProcess::WorkerProcess(std::unique_ptr<State> state) : state_(std::move(state)) {}
WorkerProcess::WorkerProcess(WorkerProcess&&) noexcept = default;
WorkerProcess& WorkerProcess::operator=(WorkerProcess&&) noexcept = default;
WorkerProcess::~WorkerProcess() = default;

std::expected<std::string, WorkerFailure> WorkerProcess::ask(
    std::string_view line, Duration limit
) {
    return state_->ask(line, limit);
}

std::expected<std::string, WorkerFailure> WorkerProcess::State::take_answer() {
    const std::size_t end = unread.find('\n');
    const std::string answer = unread.substr(0, end);
    if (end + 1 != unread.size()) {
        return std::unexpected(WorkerFailure{
            WorkerFailure::Kind::confused, "the worker wrote more than one line of answer"});
    }
    unread.clear();
    has_answered = true;
    return answer;
}

std::expected<std::string, WorkerFailure> WorkerProcess::State::ask(
    std::string_view rest, Duration limit
) {
    using Kind = WorkerFailure::Kind;
    const SteadyClock::time_point began = SteadyClock::now();
    while (true) {
        std::array<pollfd, 3> files{
            pollfd{.fd = output.get(), .events = POLLIN, .revents = 0},
            pollfd{.fd = interruption.get(), .events = POLLIN, .revents = 0},
            pollfd{.fd = rest.empty() ? -1 : input.get(), .events = POLLOUT, .revents = 0}};
        int wait_ms = -1;
        if (limit > Duration{0}) {
            const Duration left = limit - (SteadyClock::now() - began);
            if (left <= Duration{0}) {
                return std::unexpected(WorkerFailure{Kind::silent, "the worker gave no answer"});
            }
            wait_ms = static_cast<int>(left / std::chrono::milliseconds{1}) + 1;
        }
        if (poll(files.data(), files.size(), wait_ms) < 0 && errno != EINTR) {
            return std::unexpected(WorkerFailure{Kind::died, "the worker cannot be reached"});
        }
        if (files[1].revents != 0) {
            return std::unexpected(WorkerFailure{Kind::stopped, "the program stops"});
        }
        if (files[0].revents != 0 && !read_some()) return std::unexpected(death());
        if (unread.size() > answer_bytes_max) {
            return std::unexpected(WorkerFailure{Kind::confused, "the worker's answer has no end"});
        }
        if (unread.find('\n') != std::string::npos) {
            if (rest.empty()) return take_answer();
            return std::unexpected(WorkerFailure{
                Kind::confused, "the worker answered before it had read its record"});
        }
        if (files[2].revents != 0 && !write_some(rest)) return std::unexpected(death());
    }
}

void WorkerProcess::interrupt() {
    constexpr std::uint64_t one = 1;
    static_cast<void>(!write(state_->interruption.get(), &one, sizeof one));  // full is as good
}

bool WorkerProcess::is_useless() {
    pollfd file{.fd = state_->output.get(), .events = POLLIN, .revents = 0};
    return poll(&file, 1, 0) > 0;
}

bool WorkerProcess::has_answered() const {
    return state_->has_answered;
}

void WorkerProcess::close_input() {
    state_->input.close_now();
}

std::optional<WorkerFailure> WorkerProcess::wait_for_death(Duration limit) {
    if (!state_->exit_code && !state_->ends_within(limit)) return std::nullopt;
    return state_->death();
}

}  // namespace odradek::consume
