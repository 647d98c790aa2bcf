#include "engine/local_kafka/ports.h"

#include <set>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace odradek::local_kafka {

TEST(Ports, are_different_and_below_those_of_outgoing_connections) {
    const auto ports = find_free_ports(6, 4711);
    ASSERT_TRUE(ports.has_value());
    EXPECT_EQ(std::set(ports->begin(), ports->end()).size(), 6U);
    for (const std::uint16_t port : *ports) {
        EXPECT_GE(port, 12'000);
        EXPECT_LT(port, 32'000);
    }
}

TEST(Ports, on_which_something_listens_are_not_free) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), length), 0);
    ASSERT_EQ(listen(listener, 1), 0);
    ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length), 0);
    EXPECT_FALSE(is_port_free(ntohs(address.sin_port)));
    close(listener);
    EXPECT_TRUE(is_port_free(ntohs(address.sin_port)));
}

}  // namespace odradek::local_kafka
