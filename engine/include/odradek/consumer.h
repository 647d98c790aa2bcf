#pragma once

#include "odradek/batch.h"
#include "odradek/completion.h"
#include "odradek/error.h"
#include "odradek/meters.h"
#include "odradek/options.h"
#include "odradek/outcome.h"
#include "odradek/partitioner.h"
#include "odradek/record.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace odradek {

/// Where a group starts in a partition for which it has committed nothing.
enum class StartFrom : unsigned char { earliest, latest };

/// Something the engine wants a person to know; it goes on.
struct EngineNotice {
    /// record_failed, record_skipped, record_dead_lettered, record_slow, partition_stuck,
    /// partition_unstuck, commit_failed, map_cut, metadata_unreadable, work_abandoned,
    /// stale_result, records_redelivered, fetch_committed_failed, completion_leaked,
    /// completion_double, completion_late, completion_expired
    std::string kind;
    std::optional<TopicPartition> partition;
    Offset offset = no_offset;
    std::uint32_t attempt = 0;
    std::string text;
};

/// What a listener may hear (PC-32); each is called on the engine's own thread and must return
/// soon. It may ask for status() and meters().
struct ConsumerListener {
    std::function<void(const std::vector<TopicPartition>&, Epoch)> on_assigned;
    /// All that is done of them has been committed; after the call another member may have them.
    std::function<void(const std::vector<TopicPartition>&)> on_revoked;
    /// Another member may have them already; nothing of them is committed any more.
    std::function<void(const std::vector<TopicPartition>&)> on_lost;
    /// The broker acknowledged: from here a restart reads, and this is the map beside it.
    std::function<void(const TopicPartition&, Offset next_to_read, const std::string& metadata)>
        on_committed;
    std::function<void(const EngineNotice&)> on_notice;
};

struct ConsumerOptions {
    std::string brokers;              ///< host:port, comma between several. Required.
    std::string group;                ///< consumer group. Required (PC-24).
    std::vector<std::string> topics;  ///< names, or patterns that begin with ^. Required.
    StartFrom start_from = StartFrom::earliest;

    EngineOptions engine;

    /// User code that places records in lanes, instead of what `engine.virtual_partitions` names
    /// (VP-1, VP-14). Runs on the engine's own thread. When it throws, or gives a lane that does
    /// not exist, the record goes to lane 0, and that is a notice: partitioner_failed.
    Partitioner partitioner{};
    std::optional<Reducer> reducer{};

    /// Where records go with AfterLastAttempt::dead_letter; required then. Key, value and headers
    /// stay; headers source_topic, source_partition, source_offset, source_consumer_group,
    /// source_attempts and source_error are added.
    std::string dead_letter_topic;

    /// Where handlers run instead of on `engine.concurrency_max` threads of the engine's own
    /// (PC-25). It is given a task, which it runs once, soon, and not within the call; at most
    /// `concurrency_max` tasks are out at once, each running handlers until none is ready. Must
    /// not throw, and must outlive the Consumer. A task that is never run holds up its share of
    /// the records.
    std::function<void(std::function<void()>)> executor;

    /// Any property of librdkafka, security and SASL included. Refused: enable.auto.commit,
    /// enable.auto.offset.store and group.id, which are the engine's own.
    std::map<std::string, std::string> properties;

    /// How long open() waits for a broker to answer.
    Duration connect_timeout = std::chrono::seconds{10};

    ConsumerListener listener;
};

/// A partition whose commit one record holds back for longer than `engine.slow.partition_after`
/// (PC-28).
struct StuckPartition {
    TopicPartition partition;
    Offset offset;         ///< of that record
    Duration stuck_for{};  ///< so far
};

/// Counts and states of one moment.
struct ConsumerStatus {
    std::uint64_t polled = 0;
    std::uint64_t finished = 0;
    std::uint64_t partitioner_failures = 0;  ///< records in lane 0 for the fault of user code
    std::uint64_t replay_skipped = 0;        ///< delivered again, and known to be done
    std::size_t in_flight = 0;
    std::size_t waiting = 0;
    std::size_t partitions = 0;
    std::vector<StuckPartition> stuck;
    bool is_caught_up = false;  ///< every owned partition is read to its end and nothing is in work
    bool has_assignment = false;  ///< the group has said which partitions are this member's
    bool is_closed = false;
    std::optional<Error> cause;  ///< why it closed, if not by request
};

/// Every mistake of the options, with field and remedy; empty when they are fine.
[[nodiscard]] std::vector<Error> validate(const ConsumerOptions& options);

/// A parallel consumer of one group (PC-1 … PC-3).
///
///     auto consumer = odradek::Consumer::open({.brokers = "…", .group = "g", .topics =
///     {"orders"}}); consumer->poll([](const odradek::RecordContext& context) {
///         ship(odradek::as_text(context.record.value));
///         return odradek::Outcome::done();
///     });
///     consumer->close({.finish = odradek::Finish::buffered_too});
///
/// Its functions may be called from any thread but a handler's.
class Consumer {
public:
    /// Called on several threads at once, never twice at once for one lane. May throw: that is a
    /// retry, with the exception's text as the reason.
    using Handler = std::function<Outcome(const RecordContext&)>;

    /// Checks the options and that a broker answers. Errors: invalid_options (all mistakes in one
    /// text), broker_unreachable.
    [[nodiscard]] static std::expected<Consumer, Error> open(ConsumerOptions options);

    Consumer(Consumer&& other) noexcept;
    Consumer& operator=(Consumer&& other) noexcept;

    /// Abandons what runs, if close() was not called: nothing is lost, some of it is replayed.
    ~Consumer();

    /// Joins the group and hands every record to `handler`. Once.
    void poll(Handler handler);

    /// The same, up to `engine.batch_size` records at a time (PC-6). Once, instead of poll().
    void poll_batches(BatchHandler handler);

    /// Stops starting records, without leaving the group; resume() goes on.
    void pause();
    void resume();

    /// Commits what is finished now rather than at the interval (PC-32). on_committed tells of it.
    void commit();

    /// Finishes work as asked, commits, leaves the group. Returns the cause if the engine had ended
    /// by itself before.
    std::optional<Error> close(CloseOptions options = {});

    /// Waits until the engine has ended by itself or by close(), at most for `limit`.
    [[nodiscard]] bool wait_until_closed(Duration limit);

    [[nodiscard]] ConsumerStatus status() const;

    /// Every meter at this moment (PC-29), taken by the engine's own thread: costs it time that
    /// grows with the records it holds, so ask some times a minute rather than a second. After
    /// the end: the last ones. prometheus_text() writes them.
    [[nodiscard]] Meters meters() const;

private:
    class Implementation;
    explicit Consumer(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace odradek
