#pragma once

#include "odradek/consumer.h"

#include "engine/core/engine.h"
#include "engine/kafka/consumer.h"
#include "engine/runtime/blocking_calls.h"
#include "engine/runtime/completion_desk.h"
#include "engine/runtime/dead_letters.h"
#include "engine/runtime/inbox.h"
#include "engine/runtime/worker_pool.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace odradek {

/// What the user gave to poll() or poll_batches(): one of the two.
struct UserCode {
    Consumer::Handler handler{};
    BatchHandler batch_handler{};
};

/// The thread that owns the core, the client and the commits: take what came, let the core decide,
/// perform it, sleep until more comes.
class Driver {
public:
    Driver(
        kafka::KafkaConsumer client,
        std::optional<DeadLetters> dead_letters,
        const ConsumerOptions& options,
        UserCode code
    );
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;
    ~Driver();

    /// Any thread: tells the core something.
    void post(Event event) { inbox_->post(std::move(event)); }

    /// Any thread: waits until the engine has ended, at most for `limit`.
    [[nodiscard]] bool wait_until_closed(Duration limit);

    [[nodiscard]] ConsumerStatus status() const;

    /// Any thread: asks the owner, and waits for its next turn.
    [[nodiscard]] Meters meters();

private:
    void run();
    void run_turns();
    bool turn();
    void take_tokens();
    void keep_pinned(std::vector<RecordHandle>& released);
    void handle(const Event& event);
    void perform();
    void perform_one(const Effect& effect);
    void observe(const Event& event);
    void watch_stuck(const Notice& notice);
    void publish_status();
    [[nodiscard]] Meters collect_meters() const;
    void leave_open_records();
    void end(std::optional<Error> cause);
    void notify(const Notice& notice);
    void tell_lane_failures();
    [[nodiscard]] std::vector<TopicPartition> names(const std::vector<PartitionIndex>& partitions
    ) const;

    ConsumerOptions options_;
    std::shared_ptr<Inbox> inbox_;
    kafka::KafkaConsumer client_;  // owner thread, from here on
    std::optional<DeadLetters> dead_letters_;
    Engine engine_;
    std::shared_ptr<CompletionDesk> desk_;
    PinnedRecords pinned_;
    std::unique_ptr<WorkerPool> pool_;
    std::unique_ptr<BlockingCalls> calls_;
    Effects effects_;
    Effects performed_;  // empty outside perform()
    Answers answers_;
    std::vector<Event> events_;
    Instant now_;
    std::optional<CommitOffsets> sent_commit_;
    Instant rescued_at_;
    bool has_laden_workers_ = false;
    bool has_left_ = false;
    bool has_ended_ = false;
    ConsumerStatus live_;
    std::map<PartitionIndex, std::pair<Offset, Instant>> stuck_;  // the record, and since when
    TimerMeter encoding_;

    mutable std::mutex mutex_;
    std::condition_variable closed_;
    ConsumerStatus status_;  // under mutex_
    std::condition_variable has_meters_;
    std::uint64_t meters_asked_ = 0;  // under mutex_: so many snapshots were asked for
    std::uint64_t meters_given_ = 0;  // under mutex_: of these, so many are answered
    Meters meters_;                   // under mutex_: the last one
    std::atomic<std::thread::id> owner_;
    std::thread thread_;
};

}  // namespace odradek
