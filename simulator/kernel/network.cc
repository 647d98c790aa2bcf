#include "simulator/kernel/network.h"

#include <algorithm>
#include <utility>

namespace odradek::sim {

Network::Network(Scheduler& scheduler, NetworkSpec spec, Random random)
    : scheduler_(scheduler)
    , spec_(spec)
    , random_(random) {}

NodeId Network::add_node(ProcessId process) {
    nodes_.push_back(process);
    return static_cast<NodeId>(nodes_.size() - 1);
}

ProcessId Network::process_of(NodeId node) const {
    return nodes_[static_cast<std::size_t>(node)];
}

std::pair<NodeId, NodeId> Network::link(NodeId one, NodeId other) {
    return {std::min(one, other), std::max(one, other)};
}

Instant Network::arrival(NodeId from, NodeId to, Instant not_before) {
    Instant leaves = scheduler_.now();
    if (!held_until_.empty()) leaves = std::max(leaves, held_until(from, to));
    if (spec_.resend_chance.part > 0 && random_.chance(spec_.resend_chance)) {
        leaves += spec_.resend_delay;
    }
    return std::max(leaves + spec_.latency.draw(random_), not_before);
}

void Network::hold(NodeId one, NodeId other, Instant until) {
    Instant& held = held_until_[link(one, other)];
    held = std::max(held, until);
}

Instant Network::held_until(NodeId one, NodeId other) const {
    const auto found = held_until_.find(link(one, other));
    return found == held_until_.end() ? Instant{} : found->second;
}

bool Network::draw_break() {
    return spec_.break_chance.part > 0 && random_.chance(spec_.break_chance);
}

bool Network::draw_half() {
    return random_.chance({1, 2});
}

}  // namespace odradek::sim
