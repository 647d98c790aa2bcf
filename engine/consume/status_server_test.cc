#include "engine/consume/status_server.h"

#include "engine/consume/file.h"

#include <array>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace odradek::consume {

namespace {

StatusServer opened() {
    auto server =
        StatusServer::open("127.0.0.1", 0, [](std::string_view path) -> std::optional<Page> {
            if (path == "/health") return Page{.type = "application/json", .body = "{}\n"};
            if (path == "/down") return Page{.status = 503, .body = "down\n"};
            return std::nullopt;
        });
    EXPECT_TRUE(server.has_value());
    return std::move(*server);
}

std::string exchange(const StatusServer& server, const std::string& request) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(server.port());
    const File client{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    EXPECT_EQ(connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    send(client.get(), request.data(), request.size(), MSG_NOSIGNAL);
    std::string answer;
    std::array<char, 1000> buffer{};
    while (true) {
        const ssize_t size = recv(client.get(), buffer.data(), buffer.size(), 0);
        if (size <= 0) return answer;
        answer.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

}  // namespace

TEST(StatusServer, serves_its_pages_with_type_and_length) {
    const StatusServer server = opened();
    EXPECT_EQ(
        exchange(server, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"),
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n"
        "Connection: close\r\n\r\n{}\n"
    );
    EXPECT_TRUE(exchange(server, "GET /health?x=1 HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(exchange(server, "GET /down HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 503 Serv"));
}

TEST(StatusServer, leaves_the_body_out_where_only_the_head_is_wanted) {
    const StatusServer server = opened();
    EXPECT_TRUE(exchange(server, "HEAD /health HTTP/1.1\r\n\r\n").ends_with("\r\n\r\n"));
}

TEST(StatusServer, refuses_other_pages_methods_and_noise) {
    const StatusServer server = opened();
    EXPECT_TRUE(exchange(server, "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
    EXPECT_TRUE(exchange(server, "POST /health HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
    EXPECT_TRUE(exchange(server, "noise\r\n\r\n").starts_with("HTTP/1.1 400 "));
}

TEST(StatusServer, says_which_port_is_taken_and_which_address_is_none) {
    const StatusServer server = opened();
    const auto pages = [](std::string_view) { return std::optional<Page>{}; };
    const auto taken = StatusServer::open("127.0.0.1", server.port(), pages);
    ASSERT_FALSE(taken.has_value());
    EXPECT_NE(taken.error().find(std::to_string(server.port())), std::string::npos);
    EXPECT_FALSE(StatusServer::open("nowhere", 0, pages).has_value());
}

}  // namespace odradek::consume
