// PF-5: what the engine itself costs a record: admission, order, dispatch, completion, progress. No
// broker, no thread.

#include "engine/core/engine.h"

#include <cstdint>
#include <deque>
#include <vector>

#include <benchmark/benchmark.h>

namespace odradek {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t batch = 500;
constexpr std::uint32_t partitions = 6;

/// An engine under steady load: as many records in flight as wanted, the oldest finish first.
class Steady {
public:
    Steady(Ordering ordering, std::size_t in_flight, std::size_t keys)
        : keys_(keys)
        , engine_(options(ordering, in_flight), Instant{}) {
        for (std::size_t key = 0; key < keys; ++key) {
            keys_[key] = key * 0x9E3779B97F4A7C15U;
        }
        PartitionsAssigned assigned;
        CommittedFetched fetched;
        for (std::uint32_t partition = 0; partition < partitions; ++partition) {
            const AssignedPartition own{PartitionIndex{partition}, Epoch{1}};
            assigned.partitions.push_back(own);
            fetched.offsets.push_back({.partition = own, .next_to_read = Offset{0}});
        }
        handle(assigned);
        handle(fetched);
        while (flying_.size() < in_flight) {
            poll(std::min(batch, in_flight - flying_.size()));
        }
    }

    /// As many records finish as come.
    void turn() {
        finished_.clear();
        const std::size_t count = std::min(batch, flying_.size());
        for (std::size_t at = 0; at < count; ++at) {
            finished_.push_back({.work = flying_.front(), .took = 100ns});
            flying_.pop_front();
        }
        handle(WorkFinished{.finished = finished_, .reasons = {}});
        poll(count);
    }

    [[nodiscard]] std::uint64_t released() const { return released_; }

private:
    static EngineOptions options(Ordering ordering, std::size_t in_flight) {
        EngineOptions options;
        options.ordering = ordering;
        options.concurrency_max = static_cast<std::uint32_t>(in_flight + batch);
        options.buffer.records_max = 10'000'000;
        options.buffer.partition_records_max = 10'000'000;
        options.buffer.bytes_max = std::size_t{1} << 40U;
        return options;
    }

    void poll(std::size_t count) {
        polled_.clear();
        std::int64_t& next = next_offset_[partition_];
        for (std::size_t at = 0; at < count; ++at) {
            const std::uint64_t& key = keys_[produced_++ % keys_.size()];
            polled_.push_back(
                {.offset = Offset{next++},
                 .handle = RecordHandle{produced_},
                 .key = std::as_bytes(std::span{&key, 1}),
                 .bytes = 100}
            );
        }
        const AssignedPartition own{PartitionIndex{partition_}, Epoch{1}};
        partition_ = (partition_ + 1) % partitions;
        handle(RecordsPolled{.partition = own, .records = polled_});
    }

    void handle(const Event& event) {
        now_ += 1us;
        engine_.handle(event, now_, effects_);
        for (const WorkItem& item : effects_.work) {
            flying_.push_back(item.work);
        }
        released_ += effects_.released.size();
        effects_.clear();
    }

    std::vector<std::uint64_t> keys_;
    Engine engine_;
    Instant now_{};
    Effects effects_;
    std::deque<WorkId> flying_;
    std::vector<FinishedWork> finished_;
    std::vector<PolledRecord> polled_;
    std::int64_t next_offset_[partitions]{};
    std::uint32_t partition_ = 0;
    std::uint64_t produced_ = 0;
    std::uint64_t released_ = 0;
};

void run(benchmark::State& state, Ordering ordering) {
    const auto in_flight = static_cast<std::size_t>(state.range(0));
    Steady engine{ordering, in_flight, static_cast<std::size_t>(state.range(1))};
    const std::uint64_t before = engine.released();
    for (auto _ : state) {
        engine.turn();
    }
    const std::uint64_t records = engine.released() - before;
    if (records == 0) state.SkipWithError("nothing was handled");
    state.SetItemsProcessed(static_cast<std::int64_t>(records));
    state.counters["per_record"] = benchmark::Counter(
        static_cast<double>(records), benchmark::Counter::kIsRate | benchmark::Counter::kInvert
    );
}

void ByKey(benchmark::State& state) {
    run(state, Ordering::key);
}
void Unordered(benchmark::State& state) {
    run(state, Ordering::unordered);
}
void ByPartition(benchmark::State& state) {
    run(state, Ordering::partition);
}

// In flight, then keys seen.
BENCHMARK(ByKey)
    ->Args({1'000, 10'000})
    ->Args({10, 10'000'000})
    ->Args({1'000, 10'000'000})
    ->Args({100'000, 10'000'000})
    ->Args({10, 10})
    ->Args({1'000'000, 10'000'000});
BENCHMARK(Unordered)->Args({1'000, 10'000})->Args({100'000, 10'000});
BENCHMARK(ByPartition)->Args({1'000, 10'000});

}  // namespace
}  // namespace odradek
