#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace odradek::consume {

struct Page {
    int status = 200;
    std::string type = "text/plain; charset=utf-8";
    std::string body;
};

/// Serves a few small pages over HTTP/1.1 (GET and HEAD), one request a connection, on a thread of
/// its own. For monitoring on a trusted network: no TLS, no authentication.
class StatusServer {
public:
    /// Makes the page of a path ("/health"), nothing for one that does not exist. Called on the
    /// server's thread.
    using Pages = std::function<std::optional<Page>(std::string_view path)>;

    /// `host` is an IPv4 address of this machine, 0.0.0.0 for all; `port` 0: any that is free.
    /// Error: it cannot be bound, and why.
    [[nodiscard]] static std::expected<StatusServer, std::string> open(
        const std::string& host, std::uint16_t port, Pages pages
    );

    StatusServer(StatusServer&&) noexcept;
    StatusServer& operator=(StatusServer&&) noexcept;
    ~StatusServer();

    [[nodiscard]] std::uint16_t port() const;

private:
    struct State;
    explicit StatusServer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace odradek::consume
