#pragma once

#include "odradek/clock.h"
#include "odradek/options.h"
#include "odradek/types.h"

#include "simulator/kernel/trace_sink.h"
#include "simulator/world_options.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::sim {

/// What a group has stored for a partition, as the broker has it on disk.
struct StoredOffset {
    Offset next_to_read;
    std::string metadata;
};

/// A record to be appended. A null key is `has_key = false`.
struct ProducedRecord {
    std::int32_t topic = 0;
    PartitionId partition{};
    std::string_view key;
    bool has_key = true;
    std::uint32_t value_bytes = 100;
    Timestamp timestamp{};
};

/// Why a fault makes the broker refuse commits.
enum class CommitRefusal : unsigned char {
    not_coordinator,
    coordinator_not_available,
    coordinator_load_in_progress,
    not_authorized,
    unknown_server_error,
};

/// Brokers, network and consumer processes in one virtual time line that starts at Instant{}.
///
/// One seed, one history: nothing here reads a clock or draws from anywhere but the named streams
/// of WorldOptions::seed. Members, brokers, topics and groups are named by their numbers (groups by
/// name). Faults act at once; `schedule` puts them, or load, at a later instant. `for_how_long`
/// spans end by themselves. A fault that makes no sense now (crash of what is down) does nothing.
class World {
public:
    /// `sink` outlives the world.
    World(WorldOptions options, TraceSink& sink);
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World();

    // Time and load.
    [[nodiscard]] Instant now() const;
    void schedule(Instant at, std::function<void()> action);
    Offset produce(const ProducedRecord& record);

    /// Runs everything up to and including `until`, then now() == until.
    void run_until(Instant until);

    /// Runs until idle() or `limit`, looking every `step`; true if idle.
    bool run_until_idle(Instant limit, Duration step = std::chrono::milliseconds{100});

    // Members.
    std::int32_t add_member(MemberSpec spec);
    [[nodiscard]] std::int32_t member_count() const;
    [[nodiscard]] bool is_up(std::int32_t member) const;
    void crash_member(std::int32_t member);
    void restart_member(std::int32_t member);  ///< a new process of the same spec, if it is down
    void stop_member(std::int32_t member, const CloseOptions& options);
    void freeze_member(std::int32_t member, Duration for_how_long);
    void pause_member(std::int32_t member);  ///< the user's pause: PauseRequested
    void resume_member(std::int32_t member);
    void request_commit(std::int32_t member);
    void set_handler(std::int32_t member, HandlerSpec handler);  ///< for runs that start from now

    // Network, between a member and a broker (−1: all brokers).
    void cut_link(std::int32_t member, std::int32_t broker, Duration for_how_long);
    void clog_link(std::int32_t member, std::int32_t broker, Duration for_how_long);
    void break_connections(std::int32_t member);

    // Commits of one member's next request.
    void lose_next_commit_answer(std::int32_t member);     ///< stored; connection breaks (BM-321)
    void swallow_next_commit_answer(std::int32_t member);  ///< stored; never answered (BM-322)
    void lose_next_commit(std::int32_t member);            ///< not stored; breaks (BM-323)
    void delay_next_commit_answer(std::int32_t member, Duration by);  ///< BM-320
    void refuse_commits(std::string_view group, CommitRefusal why, Duration for_how_long);

    // Brokers.
    void crash_broker(std::int32_t broker);  ///< leaders and coordinators move to others, if any
    void restart_broker(std::int32_t broker);
    void freeze_broker(std::int32_t broker, Duration for_how_long);
    void move_coordinator(std::string_view group, std::int32_t to_broker);  ///< BM-327, BM-328
    void move_leader(std::int32_t topic, PartitionId partition, std::int32_t to_broker);

    // Logs. Each is written to the trace as fault_on with topic, partition and offset.
    void add_partitions(std::int32_t topic, std::int32_t count_after);
    void append_marker(std::int32_t topic, PartitionId partition);  ///< an offset without record
    void append_aborted(std::int32_t topic, PartitionId partition, std::int32_t records);
    void compact(std::int32_t topic, PartitionId partition);                        ///< BM-37
    void delete_records(std::int32_t topic, PartitionId partition, Offset before);  ///< BM-40
    void truncate(std::int32_t topic, PartitionId partition, Offset new_end);       ///< BM-63
    void store_offset(
        std::string_view group,
        std::int32_t topic,
        PartitionId partition,
        const StoredOffset& offset
    );  ///< as an administrator or another tool would

    // Evidence.
    [[nodiscard]] std::int32_t partition_count(std::int32_t topic) const;
    [[nodiscard]] Offset log_start(std::int32_t topic, PartitionId partition) const;
    [[nodiscard]] Offset end_of_log(std::int32_t topic, PartitionId partition) const;
    [[nodiscard]] bool has_record(std::int32_t topic, PartitionId partition, Offset offset) const;
    [[nodiscard]] std::optional<StoredOffset> committed(
        std::string_view group, std::int32_t topic, PartitionId partition
    ) const;

    /// Every record that still exists is covered by the committed offset of every group that
    /// subscribes to its topic, and no handler runs.
    [[nodiscard]] bool idle() const;

    /// Why it is not idle, in words, at most a few lines; empty when it is.
    [[nodiscard]] std::string pending() const;

    /// Handler runs that ended, in all members and lives.
    [[nodiscard]] std::uint64_t handled() const;

    /// Broken contracts of an engine or of the world itself, with member and place. A run that has
    /// any is red whatever the checkers say.
    [[nodiscard]] const std::vector<std::string>& contract_violations() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace odradek::sim
