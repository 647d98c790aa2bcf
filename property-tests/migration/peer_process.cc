#include "property-tests/migration/peer_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace odradek {

namespace {

std::array<int, 2> make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe");
    }
    return ends;
}

}  // namespace

PeerProcess::PeerProcess(const std::vector<std::string>& argv) {
    std::vector<char*> words;
    for (const std::string& word : argv) {
        words.push_back(const_cast<char*>(word.c_str()));  // execvp does not write
    }
    words.push_back(nullptr);
    const auto [input_read, input_write] = make_pipe();
    const auto [output_read, output_write] = make_pipe();
    process_ = fork();
    if (process_ == 0) {
        dup2(input_read, STDIN_FILENO);
        dup2(output_write, STDOUT_FILENO);
        execvp(words[0], words.data());
        _exit(127);
    }
    close(input_read);
    close(output_write);
    input_ = input_write;
    output_ = output_read;
    if (process_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
}

PeerProcess::~PeerProcess() {
    if (process_ > 0) {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    close(input_);
    close(output_);
}

std::optional<std::string> PeerProcess::read_line(std::chrono::milliseconds limit) {
    while (true) {
        if (const std::size_t end = unread_.find('\n'); end != std::string::npos) {
            std::string line = unread_.substr(0, end);
            unread_.erase(0, end + 1);
            return line;
        }
        pollfd waiting{.fd = output_, .events = POLLIN, .revents = 0};
        if (poll(&waiting, 1, static_cast<int>(limit.count())) <= 0) return std::nullopt;
        std::array<char, 4096> bytes{};
        const ssize_t count = read(output_, bytes.data(), bytes.size());
        if (count <= 0) return std::nullopt;
        unread_.append(bytes.data(), static_cast<std::size_t>(count));
    }
}

void PeerProcess::ask_to_stop() {
    // A failure means that it has ended already, which wait() tells.
    [[maybe_unused]] const ssize_t count = write(input_, "stop\n", 5);
}

int PeerProcess::wait() {
    int status = 0;
    waitpid(std::exchange(process_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace odradek
