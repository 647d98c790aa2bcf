#pragma once

#include "odradek/clock.h"
#include "odradek/error.h"
#include "odradek/virtual_partitions.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace odradek {

/// What must stay in order (PC-1, VP-1).
enum class Ordering : unsigned char {
    unordered,          ///< nothing: every record on its own
    partition,          ///< a partition runs one record at a time, in offset order
    key,                ///< equal key bytes of one partition run one at a time, in offset order
    virtual_partition,  ///< as key, but per lane that the partitioner chose
};

/// Where records without a key go when `Ordering::key` holds.
enum class NullKeys : unsigned char {
    one_lane,   ///< null is a key of its own, one lane in each partition
    unordered,  ///< they run freely
};

/// What happens to a record after its last attempt, or at once when the handler says fail (PC-11).
enum class AfterLastAttempt : unsigned char {
    stop,         ///< the engine closes with the record as its cause; the record is not done
    skip,         ///< the record counts as done, and is reported
    dead_letter,  ///< the record goes to the dead-letter topic; done when the broker acknowledged
                  ///< it
};

struct RetryOptions {
    /// Wait before a record runs again. ≥ 0.
    Duration delay = std::chrono::seconds{1};

    /// Runs of one record in all, first one included; 0 = without limit.
    std::uint32_t attempts_max = 0;

    AfterLastAttempt then = AfterLastAttempt::stop;
};

/// Whose text travels beside a committed offset (PC-13, PC-14). Every one of them is read.
enum class MapFormat : unsigned char {
    odradek,    ///< ours: engine/core/offsets/FORMAT.md
    confluent,  ///< the Java peer's, for a rolling migration from or back to it
    none,       ///< no text: what is done above the committed offset is replayed after a restart
};

/// What happens when a group's committed text is neither ours nor the peer's, or is damaged
/// (PC-17).
enum class UnreadableMetadata : unsigned char {
    ignore,  ///< everything above the committed offset is replayed, and it is reported
    fail,    ///< the engine closes with that as its cause
};

/// What happens where the group's offsets were committed under other settings than ours (PS-7).
enum class SettingsMismatch : unsigned char {
    fail,     ///< the engine closes with both settings in its cause, before it processes anything
    replace,  ///< ours replace the committed ones from the next commit on, and it is reported
};

struct CommitOptions {
    /// Time between two commits of a partition that made progress. > 0.
    Duration interval = std::chrono::seconds{5};

    /// A commit that is not answered for so long is reported, and again after each further such
    /// span. It is never overtaken by a newer one, which could land before it. > 0.
    Duration timeout = std::chrono::seconds{30};

    /// Form of the completed offsets above the committed one.
    MapFormat offset_map = MapFormat::odradek;

    UnreadableMetadata unreadable_metadata = UnreadableMetadata::ignore;

    /// Limit of the metadata in UTF-16 units, the broker's `offset.metadata.max.bytes`. ≥ 40.
    std::uint32_t metadata_chars_max = 4096;

    /// Name and value of each setting that must be the same in every member of the group and from
    /// one deploy to the next: what decides lanes and segments, such as partitioner,
    /// virtual_partitions, reducer, segments (PS-7). A fingerprint of them, and of
    /// Ordering::virtual_partition, travels beside the offsets; four bytes, none where there is
    /// nothing that must match. Only `offset_map: odradek` has room for it.
    std::map<std::string, std::string> must_match = {};

    SettingsMismatch on_mismatch = SettingsMismatch::fail;

    /// The one committed fingerprint that may be replaced whatever `on_mismatch` says: the way of a
    /// deliberate change. The error that refuses it names it.
    std::optional<std::uint32_t> may_replace = std::nullopt;
};

/// How many records may wait in the engine (PC-19).
enum class BufferSize : unsigned char {
    fixed,        ///< `records_max`
    self_tuning,  ///< `concurrency_max` × a load factor, never more than `records_max`; the factor
                  ///< rises while workers idle behind a full buffer, and falls while half of the
                  ///< buffer is never needed
};

struct BufferOptions {
    BufferSize size = BufferSize::fixed;

    /// Records that wait in the engine, over all partitions; reading stops above. > 0.
    std::size_t records_max = 20'000;

    /// Where the load factor of a self-tuning buffer begins, and below which it never falls. ≥ 1.
    std::uint32_t load_factor_initial = 2;

    /// What the load factor never exceeds. ≥ `load_factor_initial`.
    std::uint32_t load_factor_max = 100;

    /// Bytes (key, value, headers) of the records in the engine; reading stops above. > 0.
    std::size_t bytes_max = std::size_t{256} << 20U;

    /// Waiting records of one partition above which it is paused, once that lasts; it is resumed
    /// below half. > 0.
    std::size_t partition_records_max = 10'000;

    /// How long a partition stays above its limit before it is paused: a pause throws away what the
    /// client has prefetched, so a short burst is not worth one. ≥ 0.
    Duration pause_after = std::chrono::milliseconds{100};
};

/// Handlers that answer later, through a completion token (DC-1; odradek/completion.h).
struct DeferredOptions {
    /// Tokens open at once; nothing starts above. Never less than `concurrency_max`. ≥ 1.
    std::uint32_t open_max = 100'000;

    /// A token that is not finished for so long is given up: its record is tried again as after
    /// Outcome::retry(), and what the token says later does not count. 0 = never.
    Duration expiry{};
};

/// When a record or a partition is named as slow (PC-28).
struct SlowOptions {
    /// A record that waits so long for its first run is named, once: record_slow. Looked for about
    /// every 64th of this; one that waits behind a running handler is named when that has ended.
    /// 0 = never.
    Duration record_after = std::chrono::seconds{10};

    /// A partition whose commit is held back by one record for so long is named with that record:
    /// partition_stuck, and partition_unstuck when it goes on. Looked at every second or, if that
    /// is less, every quarter of this. 0 = never.
    Duration partition_after = std::chrono::minutes{1};
};

/// Options of the pure engine; those that need Kafka or threads are in ConsumerOptions.
struct EngineOptions {
    Ordering ordering = Ordering::key;
    NullKeys null_keys = NullKeys::one_lane;
    VirtualPartitionOptions virtual_partitions;

    /// Handlers that run at once. 1 … 1,000,000.
    std::uint32_t concurrency_max = 16;

    /// Work handed to the executor beyond what runs, so that no worker waits for the owner thread.
    /// It is recalled when its partition is revoked. ≥ 0; set by the driver.
    std::uint32_t queue_ahead = 0;

    /// Most records of one lane that are handed over together while handlers are fast. ≥ 1.
    std::uint32_t run_max = 256;

    /// Most records in one call of a batch handler (PC-6); all of one partition, in offset order,
    /// each lane in it busy until the call ends. `concurrency_max` then counts calls. 1 … no more
    /// than `buffer.partition_records_max`; only read by `Consumer::poll_batches`.
    std::uint32_t batch_size = 1;

    /// How long a record that could run waits for its batch to fill. ≥ 0; zero: a batch takes what
    /// is there when a handler is free.
    Duration batch_latency{};

    RetryOptions retry;
    CommitOptions commit;
    BufferOptions buffer;
    DeferredOptions deferred;
    SlowOptions slow;

    /// How long a revoke waits for handlers of the revoked partitions before it commits without
    /// them. Must stay well below the group's rebalance timeout.
    Duration revoke_wait_max = std::chrono::seconds{10};

    /// Salt of the lane hash (DC-7); any value, equal in every run that must be reproduced.
    std::uint64_t hash_salt = 0x0D12ADE4;
};

/// Every mistake of the options, each with its field; empty when they are fine.
[[nodiscard]] std::vector<Error> validate(const EngineOptions& options);

/// How a close treats what was polled but not started (PC-21).
enum class Finish : unsigned char {
    in_flight,     ///< only what runs is awaited
    buffered_too,  ///< everything polled is processed first
};

struct CloseOptions {
    Finish finish = Finish::in_flight;

    /// Most time for handlers to finish; what still runs then is abandoned and will be replayed.
    Duration limit = std::chrono::seconds{30};
};

}  // namespace odradek
