#pragma once

#include "engine/consume/file.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace odradek::consume {

/// For tests: an HTTP/1.1 server on the loopback that keeps its connections, a thread for each.
class HttpTestServer {
public:
    struct Request {
        std::string head;  ///< request line and headers, CRLF between them
        std::string body;

        /// A header's value; empty when it is not there.
        [[nodiscard]] std::string header(const std::string& name) const {
            const std::size_t at = head.find("\r\n" + name + ": ");
            if (at == std::string::npos) return {};
            const std::size_t begin = at + name.size() + 4;
            return head.substr(begin, head.find("\r\n", begin) - begin);
        }
    };

    /// Gives what follows "HTTP/1.1 ": "200 OK\r\nRetry-After: 3\r\n\r\n"; Content-Length: 0 is
    /// put in where there is no body. An empty text closes the connection without an answer.
    using Answer = std::function<std::string(const Request&)>;

    explicit HttpTestServer(Answer answer) : answer_(std::move(answer)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* raw = reinterpret_cast<sockaddr*>(&address);
        listening_.reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        bind(listening_.get(), raw, size);
        listen(listening_.get(), 128);
        getsockname(listening_.get(), raw, &size);
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread{[this] { accept_all(); }};
    }

    HttpTestServer(const HttpTestServer&) = delete;
    HttpTestServer& operator=(const HttpTestServer&) = delete;

    ~HttpTestServer() {
        shutdown(listening_.get(), SHUT_RDWR);
        acceptor_.join();
        {
            const std::lock_guard lock{mutex_};
            for (const int client : clients_) {
                shutdown(client, SHUT_RDWR);
            }
        }
        for (std::thread& served : served_) {
            served.join();
        }
    }

    [[nodiscard]] std::string url(const std::string& path = "/") const {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] int connections() const { return connections_; }

private:
    void accept_all() {
        while (true) {
            const int client = accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0) return;
            ++connections_;
            const std::lock_guard lock{mutex_};
            clients_.push_back(client);
            served_.emplace_back([this, client] { serve(client); });
        }
    }

    void serve(int client) {
        std::string buffer;
        Request request;
        while (read_request(client, buffer, request)) {
            std::string answer = answer_(request);
            if (answer.empty()) break;
            if (answer.ends_with("\r\n\r\n")) {
                answer.insert(answer.size() - 2, "Content-Length: 0\r\n");
            }
            answer.insert(0, "HTTP/1.1 ");
            send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
        }
        const std::lock_guard lock{mutex_};
        std::erase(clients_, client);
        close(client);
    }

    static bool read_request(int client, std::string& buffer, Request& request) {
        std::array<char, 65536> bytes{};
        while (true) {
            const std::size_t end = buffer.find("\r\n\r\n");
            if (end != std::string::npos) {
                request.head = buffer.substr(0, end + 2);
                const std::string length = request.header("Content-Length");
                const std::size_t size = length.empty() ? 0 : std::stoul(length);
                if (buffer.size() >= end + 4 + size) {
                    request.body = buffer.substr(end + 4, size);
                    buffer.erase(0, end + 4 + size);
                    return true;
                }
            }
            const ssize_t size = recv(client, bytes.data(), bytes.size(), 0);
            if (size <= 0) return false;
            buffer.append(bytes.data(), static_cast<std::size_t>(size));
        }
    }

    Answer answer_;
    File listening_;
    std::uint16_t port_ = 0;
    std::atomic<int> connections_ = 0;
    std::mutex mutex_;
    std::vector<int> clients_;         // under mutex_
    std::vector<std::thread> served_;  // acceptor's, then the destructor's
    std::thread acceptor_;
};

}  // namespace odradek::consume
