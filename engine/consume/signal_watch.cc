#include "engine/consume/signal_watch.h"

#include <csignal>

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace odradek::consume {

SignalWatch::SignalWatch() {
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGINT);
    pthread_sigmask(SIG_BLOCK, &watched, nullptr);
    file_.reset(signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
}

std::optional<int> SignalWatch::wait(Duration limit) const {
    pollfd file{.fd = file_.get(), .events = POLLIN, .revents = 0};
    poll(&file, 1, static_cast<int>(limit / std::chrono::milliseconds{1}));
    signalfd_siginfo signal{};
    if (read(file_.get(), &signal, sizeof signal) != sizeof signal) return std::nullopt;
    return static_cast<int>(signal.ssi_signo);
}

}  // namespace odradek::consume
