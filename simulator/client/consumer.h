#pragma once

#include "odradek/types.h"

#include "simulator/client/client_context.h"
#include "simulator/client/consumer_event.h"
#include "simulator/client/coordinator_link.h"
#include "simulator/client/fetcher.h"
#include "simulator/client/membership.h"
#include "simulator/client/metadata.h"
#include "simulator/client/offset_client.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace odradek::sim {

/// Where a partition starts.
struct AssignedFrom {
    PartitionNumber partition{};
    Offset from = no_offset;  ///< no_offset: where the reset policy says
};

/// A Kafka consumer as an application sees librdkafka 2.0.2 through the engine's adapter: events
/// come from one queue and records from another, and everything is polled (broker-model.md,
/// section 8). Whatever the application asks for is answered by an event.
class Consumer {
public:
    /// `context` outlives the consumer.
    explicit Consumer(const ClientContext& context);

    /// Joins the group. `wake` runs when a queue may have something, also from inside a call; it
    /// only makes a note of it.
    void start(std::function<void()> wake);

    /// Without a subscription: only what assign_alone() says; commits carry no member (BM-202).
    void start_alone(std::function<void()> wake);
    void assign_alone(const std::vector<AssignedFrom>& partitions);

    // Polling. Both count as a poll (BM-280).
    [[nodiscard]] std::optional<ConsumerEvent> next_event();
    [[nodiscard]] Delivery take_records(std::size_t records_max);
    [[nodiscard]] bool has_work();

    /// The application waits inside poll until it is woken: max.poll.interval does not run.
    void wait();

    // Answers to rebalance events. Ignored when none is owed (BM-268, BM-272).
    void assign(const std::vector<AssignedFrom>& partitions);
    void unassign();
    void incremental_assign(const std::vector<AssignedFrom>& partitions);
    void incremental_unassign(const std::vector<PartitionNumber>& partitions);

    void pause(PartitionNumber partition) { fetcher_.pause(partition); }
    void resume(PartitionNumber partition) { fetcher_.resume(partition); }
    void seek(PartitionNumber partition, Offset to) { fetcher_.seek(partition, to); }

    void commit(std::uint64_t id, std::vector<OffsetToStore> offsets);

    /// The application's position (BM-289).
    [[nodiscard]] Offset position(PartitionNumber partition) {
        return fetcher_.position(partition);
    }

    // Stored offsets; enable.auto.offset.store is off.
    /// client_state for what is not assigned, client_unknown_partition for what never was (BM-230).
    [[nodiscard]] KafkaError store(PartitionNumber partition, Offset next_to_read);
    /// Commits what is stored beyond the last commit; when that is nothing the answer is
    /// client_no_offset (BM-229).
    void commit_stored(std::uint64_t id);
    void fetch_committed(std::uint64_t id, std::vector<PartitionNumber> partitions);

    /// Revokes what is owned, leaves the group; ClosedEvent is the last event.
    void close() { membership_.close(); }

    /// A fault: all its connections break.
    void break_connections();

    [[nodiscard]] bool is_cooperative() const { return membership_.is_cooperative(); }
    [[nodiscard]] const Membership& membership() const { return membership_; }

private:
    void push(ConsumerEvent event);
    void take_in(const std::vector<AssignedFrom>& partitions);
    void drop(PartitionNumber partition);
    void drop_all();

    struct Stored {
        bool assigned = false;
        Offset stored = no_offset;
        Offset committed = no_offset;  ///< as far as this client knows (BM-294)
    };

    const ClientContext& context_;
    CoordinatorLink link_;
    Metadata metadata_;
    Fetcher fetcher_;
    OffsetClient offsets_;
    Membership membership_;
    std::deque<ConsumerEvent> events_;
    std::map<PartitionNumber, Stored> stored_;
    std::function<void()> wake_;
};

}  // namespace odradek::sim
