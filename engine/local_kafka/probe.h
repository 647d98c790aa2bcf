#pragma once

#include <cstdint>
#include <vector>

namespace odradek::local_kafka {

/// Whether the broker at 127.0.0.1:port answers a Metadata request in which all of `node_ids` are
/// registered and not fenced.
[[nodiscard]] bool knows_nodes(std::uint16_t port, const std::vector<int>& node_ids);

/// Whether the cluster behind 127.0.0.1:port serves consumer groups: it names a coordinator, and
/// that one answers for a group.
///
/// A fresh broker opens its port, then makes the offsets topic when first asked, then loads it; a
/// client that comes in between gets errors 15, 14 or 16. The first call sets that off.
[[nodiscard]] bool serves_groups(std::uint16_t port);

}  // namespace odradek::local_kafka
