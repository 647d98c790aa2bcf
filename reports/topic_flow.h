#pragma once

#include <map>
#include <string>
#include <vector>

namespace odradek::reports {

/// Where the records of a topic are sent on: retry topics, dead letters, outputs.
using TopicFlow = std::map<std::string, std::vector<std::string>>;

/// Circles in the flow: for each set of topics that feed each other one shortest way round, the
/// first topic named again at its end ("orders", "orders-retry", "orders"). By name; O(topics²).
[[nodiscard]] std::vector<std::vector<std::string>> find_circles(const TopicFlow& flow);

}  // namespace odradek::reports
