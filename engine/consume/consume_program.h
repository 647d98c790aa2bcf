#pragma once

#include "engine/consume/file.h"
#include "engine/local_kafka/folder.h"

#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace odradek::consume {

/// For tests: `odradek consume …` as a process of its own. Its output goes to files.
class ConsumeProgram {
public:
    ConsumeProgram(const std::vector<std::string>& arguments, const std::string& folder)
        : output_file_(folder + "/stdout")
        , error_file_(folder + "/stderr") {
        std::vector<std::string> words{ODRADEK_PROGRAM, "consume"};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> argv;
        for (std::string& word : words) {
            argv.push_back(word.data());
        }
        argv.push_back(nullptr);
        constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
        const File output{open(output_file_.c_str(), flags, 0600)};
        const File error{open(error_file_.c_str(), flags, 0600)};
        process_ = fork();
        if (process_ == 0) {
            dup2(output.get(), STDOUT_FILENO);
            dup2(error.get(), STDERR_FILENO);
            execv(argv[0], argv.data());
            _exit(126);
        }
        handle_.reset(static_cast<int>(syscall(SYS_pidfd_open, process_, 0)));
    }
    ConsumeProgram(const ConsumeProgram&) = delete;
    ConsumeProgram& operator=(const ConsumeProgram&) = delete;

    ~ConsumeProgram() {
        if (has_ended_) return;
        send(SIGKILL);
        static_cast<void>(wait());
    }

    void send(int signal) const { kill(process_, signal); }

    /// Its exit code, 128 + signal when a signal ended it; −1 when it has not ended within `limit`.
    [[nodiscard]] int wait(std::chrono::milliseconds limit = std::chrono::seconds{120}) {
        pollfd end{.fd = handle_.get(), .events = POLLIN, .revents = 0};
        if (poll(&end, 1, static_cast<int>(limit.count())) <= 0) return -1;
        int status = 0;
        waitpid(process_, &status, 0);
        has_ended_ = true;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    [[nodiscard]] std::string output() const { return local_kafka::read_file(output_file_); }
    [[nodiscard]] std::string error() const { return local_kafka::read_file(error_file_); }

private:
    std::string output_file_;
    std::string error_file_;
    pid_t process_ = 0;
    File handle_;
    bool has_ended_ = false;
};

/// For tests: lines that workers write, as they come. A named pipe, so that a test waits for what
/// it needs and for no time to pass.
class LineStream {
public:
    explicit LineStream(std::string file) : file_(std::move(file)) {
        mkfifo(file_.c_str(), 0600);
        // Read and write: the end of one writer is not the end of the stream.
        pipe_.reset(open(file_.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    }

    [[nodiscard]] const std::string& file() const { return file_; }

    /// The next line; fails the test and gives an empty one when none comes within a minute.
    [[nodiscard]] std::string next() {
        while (buffer_.find('\n') == std::string::npos) {
            if (!read_some(60'000)) {
                ADD_FAILURE() << "no line came in time";
                return {};
            }
        }
        const std::size_t end = buffer_.find('\n');
        const std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        return line;
    }

    /// Everything that has been written and not been taken.
    [[nodiscard]] std::vector<std::string> rest() {
        while (read_some(0)) {
        }
        std::vector<std::string> lines;
        while (buffer_.find('\n') != std::string::npos) {
            lines.push_back(next());
        }
        return lines;
    }

private:
    bool read_some(int limit_ms) {
        pollfd file{.fd = pipe_.get(), .events = POLLIN, .revents = 0};
        if (poll(&file, 1, limit_ms) <= 0) return false;
        std::array<char, 65536> bytes{};
        const ssize_t size = read(pipe_.get(), bytes.data(), bytes.size());
        if (size > 0) buffer_.append(bytes.data(), static_cast<std::size_t>(size));
        return size > 0;
    }

    std::string file_;
    File pipe_;
    std::string buffer_;
};

}  // namespace odradek::consume
