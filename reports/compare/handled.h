#pragma once

#include "odradek/clock.h"

#include "reports/compare/record_law.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::reports {

/// What came of a run, seen from its handlers alone.
struct HandledTotals {
    std::uint64_t handled = 0;           ///< handler runs that ended
    std::uint64_t replayed = 0;          ///< of these, beyond the first of a record
    std::uint64_t missing = 0;           ///< records that no handler saw
    std::uint64_t sum = 0;               ///< of the numbers in the payloads, modulo 2^64
    std::uint64_t peak_in_flight = 0;    ///< of a no-op handler: the highest of some samples
    std::uint64_t key_order_broken = 0;  ///< a record started after a later one of its key
    std::uint64_t key_overlapped = 0;    ///< a record started while another of its key ran
    Duration elapsed{};                  ///< first handler start to last handler end
    double cpu_s = 0;                    ///< of this process in that time
    std::vector<std::int64_t> waits_ns;  ///< delivery to handler start, in order; a sample
};

/// The handler of every arm, and the book that it keeps.
///
/// A no-op handler only counts, adds the number in the payload up and marks the record as seen, in
/// memory of its thread's own but for the mark; the others also watch the order of each key.
class Handled {
public:
    explicit Handled(const Workload& workload);
    Handled(const Handled&) = delete;
    Handled& operator=(const Handled&) = delete;
    ~Handled();

    /// Any thread: handles one record from start to end. `delivered_at` on the engine's time line
    /// says when the client had it.
    void handle(std::string_view value, Instant delivered_at);

    /// The two halves of handle(), for handlers that end elsewhere.
    void begin(std::uint64_t record, Instant delivered_at);
    void end(std::uint64_t record);

    /// Only counts: for the arm that has no handler.
    void count(std::uint64_t records);

    [[nodiscard]] Duration work(std::uint64_t record) const { return law_.work(record); }
    [[nodiscard]] const Workload& workload() const { return workload_; }

    /// Handler runs that ended so far.
    [[nodiscard]] std::uint64_t ends() const;

    /// Looks until every record has ended at least once; false when `limit` goes by without any
    /// end.
    [[nodiscard]] bool wait_for_all(Duration limit);

    /// After the last end.
    [[nodiscard]] HandledTotals totals() const;

private:
    struct Tally;  // one a thread
    struct KeyState {
        std::atomic<std::int64_t> latest = -1;  ///< highest record that started
        std::atomic<std::int32_t> running = 0;
    };

    [[nodiscard]] Tally& tally();
    void start_clock();
    [[nodiscard]] bool is_complete() const;
    void watch_key(std::uint64_t record);
    [[nodiscard]] std::int64_t running() const;

    Workload workload_;
    RecordLaw law_;
    bool watches_keys_;
    std::uint64_t number_;  // tells the instances of one process apart
    std::atomic<bool> has_started_ = false;
    std::atomic<bool> only_counts_ = false;
    Instant started_at_;  // written by the first handler
    double cpu_at_start_ = 0;
    Instant ended_at_;
    double cpu_at_end_ = 0;
    std::unique_ptr<std::atomic<std::uint8_t>[]> seen_;
    std::unique_ptr<KeyState[]> keys_;
    std::atomic<std::int64_t> in_flight_ = 0;
    std::atomic<std::int64_t> in_flight_peak_ = 0;
    std::atomic<std::uint64_t> order_broken_ = 0;
    std::atomic<std::uint64_t> overlapped_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<Tally>> tallies_;  // under mutex_; each written by its thread
};

/// CPU time of this process so far, user and system, in seconds.
[[nodiscard]] double process_cpu_s();

}  // namespace odradek::reports
