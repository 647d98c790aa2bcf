#include "engine/local_kafka/probe.h"

#include <array>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace odradek::local_kafka {

namespace {

/// Answers each connection's request with the next of `answers`, whatever was asked.
class FakeBroker {
public:
    explicit FakeBroker(std::vector<std::string> answers) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
        listen(listener_, 4);
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread([this, answers = std::move(answers)] {
            for (const std::string& answer : answers) {
                serve(answer);
            }
        });
    }

    ~FakeBroker() {
        shutdown(listener_, SHUT_RDWR);
        thread_ = {};
        close(listener_);
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// The port as the four bytes of a field.
    [[nodiscard]] std::string port_bytes() const {
        return {'\0', '\0', static_cast<char>(port_ >> 8), static_cast<char>(port_ & 0xFF)};
    }

private:
    void serve(const std::string& answer) const {
        const int connection = accept(listener_, nullptr, nullptr);
        std::array<char, 1024> request{};
        recv(connection, request.data(), request.size(), 0);
        const auto length = static_cast<char>(answer.size() + 4);
        const std::string frame =
            std::string{'\0', '\0', '\0', length} + std::string(4, '\0') + answer;
        send(connection, frame.data(), frame.size(), MSG_NOSIGNAL);
        close(connection);
    }

    int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::uint16_t port_ = 0;
    std::jthread thread_;
};

using namespace std::string_literals;

// Metadata v1 with one broker, id 1 at "h":9, no rack; controller 1; no topics.
const std::string one_broker =
    "\0\0\0\1"
    "\0\0\0\1"
    "\0\1h"
    "\0\0\0\x09"
    "\xFF\xFF"
    "\0\0\0\1"
    "\0\0\0\0"s;
const std::string coordinator_not_available =
    "\0\x0F"
    "\xFF\xFF\xFF\xFF"
    "\0\0"
    "\xFF\xFF\xFF\xFF"s;

}  // namespace

TEST(Probe, of_a_port_where_nobody_listens_is_no) {
    std::uint16_t port = 0;
    {
        const FakeBroker broker({});
        port = broker.port();
    }
    EXPECT_FALSE(knows_nodes(port, {1}));
    EXPECT_FALSE(serves_groups(port));
}

TEST(Probe, knows_the_nodes_that_metadata_names_and_no_others) {
    const FakeBroker broker({one_broker, one_broker});
    EXPECT_TRUE(knows_nodes(broker.port(), {1}));
    EXPECT_FALSE(knows_nodes(broker.port(), {1, 2}));
}

TEST(Probe, of_a_truncated_answer_is_no) {
    const FakeBroker broker({one_broker.substr(0, 10), "\0\0\xFF\xFF"s});
    EXPECT_FALSE(knows_nodes(broker.port(), {1}));
    EXPECT_FALSE(serves_groups(broker.port()));
}

TEST(Probe, of_a_cluster_without_coordinator_is_no) {
    const FakeBroker broker({coordinator_not_available});
    EXPECT_FALSE(serves_groups(broker.port()));
}

}  // namespace odradek::local_kafka
