#pragma once

#include "odradek/consumer.h"

#include "engine/core/effect.h"
#include "engine/core/event.h"
#include "engine/kafka/handle.h"
#include "engine/kafka/partition_table.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace odradek::kafka {

/// The client of one member: librdkafka's queues in, the core's events out; effects in, calls out.
///
/// Records come from an own queue to which each assigned partition's is forwarded; rebalances,
/// commit results and errors come from the consumer's queue. So no rebalance ever happens inside
/// the call that reads records, where librdkafka would skip some of them (broker-model BM-290).
///
/// Every function but the ones marked so belongs to the thread that owns the core.
class KafkaConsumer {
public:
    /// Errors: invalid_options, broker_unreachable (nobody answered within connect_timeout).
    [[nodiscard]] static std::expected<KafkaConsumer, Error> open(const ConsumerOptions& options);

    KafkaConsumer(KafkaConsumer&&) noexcept;
    KafkaConsumer& operator=(KafkaConsumer&&) noexcept;
    ~KafkaConsumer();

    /// Joins the group. Error: what librdkafka says of the topics.
    [[nodiscard]] std::expected<void, Error> subscribe(const std::vector<std::string>& topics);

    /// Writes an eight-byte one into `file` (an eventfd) whenever one of the queues gets its first
    /// entry.
    void wake_through(int file);

    /// Serves what came besides records: `take` is called with each event. Keeps the membership
    /// alive, so it must be called well within max.poll.interval.ms, whether records are read or
    /// not.
    void serve(const std::function<void(const odradek::Event&)>& take);

    /// Reads up to `limit` records and gives them to `take`, partition by partition. Returns how
    /// many.
    std::size_t read(std::size_t limit, const std::function<void(const RecordsPolled&)>& take);

    /// Records of read() for which user code gave no lane, since the last call; they are in lane 0.
    struct LaneFailures {
        std::uint64_t count = 0;
        std::optional<PartitionIndex> partition{};  ///< of the first
        Offset offset = no_offset;
        std::string why{};
    };
    [[nodiscard]] LaneFailures take_lane_failures();

    /// Frees a record's message; any thread.
    static void release(RecordHandle record);
    static void release_all(std::span<const RecordHandle> records);

    /// Fetches what record_of() will read into the cache; any thread, also for a freed record.
    static void prefetch(RecordHandle record);

    void complete_assign(const CompleteAssign& effect);
    void complete_revoke(const CompleteRevoke& effect);
    void pause(const std::vector<PartitionIndex>& partitions);
    void resume(const std::vector<PartitionIndex>& partitions);

    /// Asks for the offsets to be stored; answered by CommitAnswered in serve(), at once when the
    /// request cannot even be sent.
    void commit(
        const CommitOffsets& effect, const std::function<void(const odradek::Event&)>& take
    );

    /// A call that reads the committed offsets and blocks while it does; for another thread.
    [[nodiscard]] std::function<CommittedFetched()> fetch_committed(const FetchCommitted& effect
    ) const;

    /// Leaves the group without blocking; serve() goes on until is_closed().
    void close();
    [[nodiscard]] bool is_closed() const;

    [[nodiscard]] const PartitionTable& partitions() const;

    /// Number of a partition, assigned or not.
    PartitionIndex intern(const TopicPartition& partition);

    [[nodiscard]] std::size_t assigned_count() const;

    /// All assigned partitions were read to their end.
    [[nodiscard]] bool is_at_end() const;

    /// Keeps the library's handle, and with it the memory of unreleased records, alive.
    [[nodiscard]] Client client() const;

private:
    struct State;
    explicit KafkaConsumer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace odradek::kafka
