#pragma once

#include "engine/local_kafka/problem.h"

#include <cstdint>
#include <vector>

namespace odradek::local_kafka {

/// Whether 127.0.0.1:port can be listened on now.
[[nodiscard]] bool is_port_free(std::uint16_t port);

/// `count` different free ports of 127.0.0.1, below the range from which the kernel takes the ports
/// of outgoing connections, so that a broker finds its port free again after a restart.
///
/// The search begins at a place drawn by `seed`, so that two starters seldom meet.
[[nodiscard]] Result<std::vector<std::uint16_t>> find_free_ports(
    std::size_t count, std::uint64_t seed
);

}  // namespace odradek::local_kafka
