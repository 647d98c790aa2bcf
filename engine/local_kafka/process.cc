#include "engine/local_kafka/process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace odradek::local_kafka {

namespace {

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&&) = delete;
    Descriptor& operator=(Descriptor&&) = delete;

    ~Descriptor() { close_now(); }

    void close_now() {
        if (number_ >= 0) close(number_);
        number_ = -1;
    }

    [[nodiscard]] int get() const { return number_; }

private:
    int number_;
};

// glibc 2.36 declares these without extern "C": a C++ program cannot link its own wrappers.
int open_process(pid_t number) {
    return static_cast<int>(syscall(SYS_pidfd_open, number, 0));
}

void send_to(const Descriptor& process, int signal) {
    syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0);
}

std::vector<char*> pointers_to(const std::vector<std::string>& argv) {
    std::vector<char*> pointers;
    pointers.reserve(argv.size() + 1);
    for (const std::string& word : argv) {
        pointers.push_back(const_cast<char*>(word.c_str()));  // execvp does not write to it
    }
    pointers.push_back(nullptr);
    return pointers;
}

void reset_signals() {
    sigset_t none;
    sigemptyset(&none);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): between fork and exec there is one thread
    sigprocmask(SIG_SETMASK, &none, nullptr);
    std::signal(SIGPIPE, SIG_DFL);
}

/// The child of spawn(): only calls that are safe between fork and exec.
[[noreturn]] void run_child(
    char* const* argv, int gate, int log, const SpawnOptions& options, pid_t starter
) {
    char go = 0;
    if (read(gate, &go, 1) != 1) _exit(126);  // the starter ended before it could remember us
    if (options.lifetime == Lifetime::with_starter) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != starter) _exit(126);
    }
    setsid();
    dup2(options.input >= 0 ? options.input : open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    reset_signals();
    execvp(argv[0], argv);
    _exit(127);
}

int exit_code_of(int status) {
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    return 128 + WTERMSIG(status);
}

/// Reads until end of file or the deadline; answers whether the end was reached.
bool read_all(int from, std::chrono::steady_clock::time_point deadline, std::string& text) {
    std::array<char, 4096> buffer{};
    while (true) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now()
        );
        pollfd waiting{.fd = from, .events = POLLIN, .revents = 0};
        const int ready = poll(&waiting, 1, static_cast<int>(std::max<long>(0, left.count())));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return false;
        const ssize_t length = read(from, buffer.data(), buffer.size());
        if (length <= 0) return true;
        text.append(buffer.data(), static_cast<std::size_t>(length));
    }
}

}  // namespace

std::string boot_id() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(file, id);
    return id;
}

std::optional<ProcessId> identify(pid_t number) {
    std::ifstream file("/proc/" + std::to_string(number) + "/stat");
    std::string line;
    if (!std::getline(file, line)) return std::nullopt;
    // The name, field 2, is in brackets and may hold anything; the fields after it are plain.
    const std::size_t name_end = line.rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream fields(line.substr(name_end + 1));
    std::string state;
    fields >> state;
    if (state == "Z" || state == "X") return std::nullopt;
    std::string skipped;
    for (int field = 4; field <= 21; ++field) {
        fields >> skipped;
    }
    ProcessId process{.number = number};
    fields >> process.started;
    return fields ? std::optional(process) : std::nullopt;
}

bool is_alive(const ProcessId& process) {
    waitpid(process.number, nullptr, WNOHANG);  // takes the exit status if it was our child
    return process.number > 0 && identify(process.number) == process;
}

void send_signal(const ProcessId& process, int signal) {
    const Descriptor handle(open_process(process.number));
    if (handle.get() < 0 || !is_alive(process)) return;
    send_to(handle, signal);
}

bool wait_until_gone(const ProcessId& process, std::chrono::milliseconds limit) {
    const Descriptor handle(open_process(process.number));
    if (handle.get() < 0 || !is_alive(process)) return true;
    pollfd ended{.fd = handle.get(), .events = POLLIN, .revents = 0};
    while (poll(&ended, 1, static_cast<int>(limit.count())) < 0 && errno == EINTR) {
    }
    return !is_alive(process);
}

bool kill_and_wait(const ProcessId& process, std::chrono::milliseconds limit) {
    send_signal(process, SIGKILL);
    return wait_until_gone(process, limit);
}

std::expected<ProcessId, std::string> spawn(
    const SpawnOptions& options,
    const std::function<std::expected<void, std::string>(ProcessId)>& remember
) {
    const Descriptor log(open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)
    );
    if (log.get() < 0) {
        return std::unexpected(
            "cannot write " + options.log.string() + ": " + std::generic_category().message(errno)
        );
    }
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        return std::unexpected("cannot make a pipe: " + std::generic_category().message(errno));
    }
    Descriptor gate(ends[0]);
    Descriptor opener(ends[1]);
    const std::vector<char*> argv = pointers_to(options.argv);
    const pid_t starter = getpid();
    const pid_t number = fork();
    if (number < 0) {
        return std::unexpected("cannot start a process: " + std::generic_category().message(errno));
    }
    if (number == 0) {
        close(ends[1]);
        run_child(argv.data(), ends[0], log.get(), options, starter);
    }
    gate.close_now();
    const ProcessId process = identify(number).value_or(ProcessId{.number = number});
    if (auto remembered = remember(process); !remembered) {
        opener.close_now();
        waitpid(number, nullptr, 0);
        return std::unexpected(remembered.error());
    }
    if (write(opener.get(), "!", 1) != 1) {
        return std::unexpected("the new process ended at once: " + options.argv[0]);
    }
    return process;
}

Finished run_to_end(const std::vector<std::string>& argv, std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return {.exit_code = 127, .output = std::generic_category().message(errno)};
    const Descriptor reader(ends[0]);
    Descriptor writer(ends[1]);
    const std::vector<char*> pointers = pointers_to(argv);
    const pid_t number = fork();
    if (number < 0) return {.exit_code = 127, .output = std::generic_category().message(errno)};
    if (number == 0) {
        setpgid(0, 0);
        const int nothing = open("/dev/null", O_RDONLY);
        dup2(nothing, STDIN_FILENO);
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        reset_signals();
        execvp(pointers[0], pointers.data());
        _exit(127);
    }
    writer.close_now();
    Finished finished;
    finished.timed_out = !read_all(reader.get(), deadline, finished.output);
    if (finished.timed_out) kill(-number, SIGKILL);
    int status = 0;
    while (waitpid(number, &status, 0) < 0 && errno == EINTR) {
    }
    finished.exit_code = exit_code_of(status);
    return finished;
}

std::optional<std::filesystem::path> find_program(const std::string& name) {
    const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody calls setenv
    std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
    std::string folder;
    while (std::getline(folders, folder, ':')) {
        const std::filesystem::path candidate = std::filesystem::path(folder) / name;
        if (access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return std::nullopt;
}

}  // namespace odradek::local_kafka
