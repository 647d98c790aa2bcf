#include "reports/compare/child.h"

#include "odradek/contract.h"

#include "engine/runtime/steady_clock.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace odradek::reports {

namespace {

constexpr int contract_exit = 70;

[[noreturn]] void be_the_child(const std::function<std::string()>& work, int pipe) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody is left behind
    try {
        const std::string text = work();
        for (std::string_view rest = text; !rest.empty();) {
            const ssize_t written = write(pipe, rest.data(), rest.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) _exit(1);
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
    } catch (const ContractViolation& violation) {
        std::fputs(violation.what(), stderr);
        _exit(contract_exit);
    }
    _exit(0);
}

/// Everything up to the end of the pipe; false when `until` comes before it.
bool read_to_end(int pipe, Instant until, std::string& text) {
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - steady_now());
        if (left.count() <= 0) return false;
        pollfd entry{.fd = pipe, .events = POLLIN, .revents = 0};
        if (poll(&entry, 1, static_cast<int>(left.count())) <= 0) continue;
        const ssize_t count = read(pipe, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return true;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

}  // namespace

std::expected<std::string, std::string> run_in_child(
    const std::function<std::string()>& work, Duration limit
) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) return std::unexpected(std::string(std::strerror(errno)));
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child < 0) return std::unexpected(std::string(std::strerror(errno)));
    if (child == 0) {
        close(ends[0]);
        be_the_child(work, ends[1]);
    }
    close(ends[1]);
    std::string text;
    const bool ended = read_to_end(ends[0], steady_now() + limit, text);
    close(ends[0]);
    if (!ended) kill(child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!ended) return std::unexpected(std::string("took too long and was stopped"));
    if (WIFSIGNALED(status)) {
        return std::unexpected(std::string("died: ") + strsignal(WTERMSIG(status)));
    }
    if (WEXITSTATUS(status) != 0) {
        return std::unexpected("ended with code " + std::to_string(WEXITSTATUS(status)));
    }
    return text;
}

}  // namespace odradek::reports
