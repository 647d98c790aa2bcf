#include "engine/local_kafka/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace odradek::local_kafka {

namespace {

// Linux takes outgoing ports from 32768 (ip_local_port_range) and most services sit below 10000.
constexpr std::uint64_t lowest_port = 12'000;
constexpr std::uint64_t port_count = 20'000;

}  // namespace

bool is_port_free(std::uint16_t port) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0) return false;
    const int yes = 1;  // Java listens with it too: a port in TIME_WAIT is free
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool is_free =
        bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        listen(listener, 1) == 0;
    close(listener);
    return is_free;
}

Result<std::vector<std::uint16_t>> find_free_ports(std::size_t count, std::uint64_t seed) {
    std::vector<std::uint16_t> ports;
    for (std::uint64_t tried = 0; tried < port_count && ports.size() < count; ++tried) {
        const auto port = static_cast<std::uint16_t>(lowest_port + (seed + tried) % port_count);
        if (is_port_free(port)) ports.push_back(port);
    }
    if (ports.size() < count) {
        return std::unexpected(Problem{
            .what = "no free port on 127.0.0.1 between 12000 and 31999",
            .remedy = "end programs that listen there, or name a port with --port",
        });
    }
    return ports;
}

}  // namespace odradek::local_kafka
