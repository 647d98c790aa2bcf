#include "engine/consume/status_server.h"

#include "engine/consume/file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace odradek::consume {

namespace {

constexpr std::size_t request_bytes_max = 8 * 1024;
constexpr timeval client_limit{.tv_sec = 2, .tv_usec = 0};

std::string_view meaning_of(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 503:
            return "Service Unavailable";
        default:
            return "Bad Request";
    }
}

/// The request's head; empty when it does not come in time or is too long.
std::string read_head(int client) {
    std::string head;
    std::array<char, 1024> buffer{};
    while (head.find("\r\n\r\n") == std::string::npos && head.size() < request_bytes_max) {
        const ssize_t size = recv(client, buffer.data(), buffer.size(), 0);
        if (size <= 0) return {};
        head.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return head;
}

void send_all(int client, std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = send(client, text.data(), text.size(), MSG_NOSIGNAL);
        if (size <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(size));
    }
}

Page answer(const std::string& head, const StatusServer::Pages& pages) {
    const std::size_t method_end = head.find(' ');
    const std::size_t path_end = head.find_first_of(" ?\r", method_end + 1);
    if (method_end == std::string::npos || path_end == std::string::npos) {
        return {.status = 400, .body = "not HTTP\n"};
    }
    const std::string_view method{head.data(), method_end};
    if (method != "GET" && method != "HEAD") return {.status = 405, .body = "GET or HEAD\n"};
    const std::string_view path{head.data() + method_end + 1, path_end - method_end - 1};
    return pages(path).value_or(Page{.status = 404, .body = "no such page\n"});
}

void serve(int client, const StatusServer::Pages& pages) {
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &client_limit, sizeof client_limit);
    setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &client_limit, sizeof client_limit);
    const std::string head = read_head(client);
    if (head.empty()) return;
    const Page page = answer(head, pages);
    std::string text = "HTTP/1.1 " + std::to_string(page.status) + " ";
    text += meaning_of(page.status);
    text += "\r\nContent-Type: " + page.type;
    text += "\r\nContent-Length: " + std::to_string(page.body.size());
    text += "\r\nConnection: close\r\n\r\n";
    if (!head.starts_with("HEAD ")) text += page.body;
    send_all(client, text);
}

}  // namespace

struct StatusServer::State {
    File listening;
    File interruption;
    Pages pages;
    std::uint16_t port = 0;
    std::thread thread;

    void run() const {
        while (true) {
            std::array<pollfd, 2> files{
                pollfd{.fd = listening.get(), .events = POLLIN, .revents = 0},
                pollfd{.fd = interruption.get(), .events = POLLIN, .revents = 0}};
            if (poll(files.data(), files.size(), -1) < 0 && errno != EINTR) return;
            if (files[1].revents != 0) return;
            if (files[0].revents == 0) continue;
            const File client{accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC)};
            if (client.get() >= 0) serve(client.get(), pages);
        }
    }
};

std::expected<StatusServer, std::string> StatusServer::open(
    const std::string& host, std::uint16_t port, Pages pages
) {
    auto state = std::make_unique<State>();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
        return std::unexpected("'" + host + "' is no IPv4 address");
    }
    state->listening.reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    state->interruption.reset(eventfd(0, EFD_CLOEXEC));
    const int yes = 1;
    setsockopt(state->listening.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    if (bind(state->listening.get(), raw, size) != 0 || listen(state->listening.get(), 16) != 0 ||
        getsockname(state->listening.get(), raw, &size) != 0) {
        return std::unexpected(
            "cannot listen on " + host + ":" + std::to_string(port) + ": " + strerrordesc_np(errno)
        );
    }
    state->port = ntohs(address.sin_port);
    state->pages = std::move(pages);
    state->thread = std::thread{[served = state.get()] { served->run(); }};
    return StatusServer{std::move(state)};
}

StatusServer::StatusServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
StatusServer::StatusServer(StatusServer&&) noexcept = default;
StatusServer& StatusServer::operator=(StatusServer&&) noexcept = default;
StatusServer::~StatusServer() {
    if (state_ == nullptr) return;
    constexpr std::uint64_t one = 1;
    static_cast<void>(!write(state_->interruption.get(), &one, sizeof one));
    state_->thread.join();
}

std::uint16_t StatusServer::port() const {
    return state_->port;
}

}  // namespace odradek::consume
