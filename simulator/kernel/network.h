#pragma once

#include "odradek/clock.h"

#include "engine/base/random.h"
#include "simulator/kernel/distribution.h"
#include "simulator/kernel/scheduler.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace odradek::sim {

struct NetworkSpec {
    /// One way, each message; messages of one connection never overtake each other.
    Distribution latency =
        Distribution::uniform(std::chrono::microseconds{100}, std::chrono::microseconds{400});

    /// A message is lost and sent again by TCP: it and all behind it come later by this much.
    Ratio resend_chance{};
    Duration resend_delay = std::chrono::milliseconds{200};

    /// A request's connection breaks, half of the times before it arrives, half of the times
    /// before its answer does.
    Ratio break_chance{};
};

/// A machine on the network: a broker or a consumer process.
enum class NodeId : std::uint32_t {};

/// Decides when messages arrive. Kafka runs over TCP, so a message is never lost by itself, never
/// doubled and never reordered inside its connection: it is late, or the connection breaks
/// (connection.h), and everything else follows from what the two ends do then.
class Network {
public:
    Network(Scheduler& scheduler, NetworkSpec spec, Random random);

    [[nodiscard]] NodeId add_node(ProcessId process);
    [[nodiscard]] ProcessId process_of(NodeId node) const;

    /// When a message sent now arrives, not before `not_before`: the arrival of the one before it.
    [[nodiscard]] Instant arrival(NodeId from, NodeId to, Instant not_before);

    /// Nothing sent between the two passes before `until`, in both directions.
    void hold(NodeId one, NodeId other, Instant until);

    [[nodiscard]] Instant held_until(NodeId one, NodeId other) const;

    /// True when the spec wants this request's connection to break.
    [[nodiscard]] bool draw_break();
    [[nodiscard]] bool draw_half();

    [[nodiscard]] Scheduler& scheduler() { return scheduler_; }

private:
    [[nodiscard]] static std::pair<NodeId, NodeId> link(NodeId one, NodeId other);

    Scheduler& scheduler_;
    NetworkSpec spec_;
    Random random_;
    std::vector<ProcessId> nodes_;
    std::map<std::pair<NodeId, NodeId>, Instant> held_until_;
};

}  // namespace odradek::sim
