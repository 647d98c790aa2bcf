#include "reports/compare/handled.h"

#include "engine/runtime/steady_clock.h"

#include <algorithm>
#include <thread>

#include <sys/resource.h>

namespace odradek::reports {

namespace {

using namespace std::chrono_literals;

/// How often the end is looked for.
constexpr Duration look = 200us;

/// One wait in so many is written down where handlers are fast.
constexpr std::uint64_t wait_sample = 16;

std::atomic<std::uint64_t> last_number = 0;

void compute_for(Duration span) {
    const Instant until = steady_now() + span;
    while (steady_now() < until) {
    }
}

}  // namespace

struct alignas(64) Handled::Tally {
    std::atomic<std::uint64_t> begins = 0;  // written by its thread alone
    std::atomic<std::uint64_t> ends = 0;
    std::atomic<std::uint64_t> sum = 0;
    std::vector<std::int64_t> waits_ns;
};

Handled::Handled(const Workload& workload)
    : workload_(workload)
    , law_(workload)
    , watches_keys_(workload.handler.kind != HandlerWork::Kind::noop)
    , number_(++last_number)
    , seen_(std::make_unique<std::atomic<std::uint8_t>[]>(workload.records)) {
    if (watches_keys_) keys_ = std::make_unique<KeyState[]>(workload.keys.count);
}

Handled::~Handled() = default;

Handled::Tally& Handled::tally() {
    thread_local std::uint64_t owner = 0;
    thread_local Tally* own = nullptr;
    if (owner == number_) return *own;
    const std::lock_guard lock{mutex_};
    tallies_.push_back(std::make_unique<Tally>());
    owner = number_;
    own = tallies_.back().get();
    return *own;
}

void Handled::start_clock() {
    if (has_started_.load(std::memory_order_relaxed) || has_started_.exchange(true)) return;
    cpu_at_start_ = process_cpu_s();
    started_at_ = steady_now();
}

void Handled::handle(std::string_view value, Instant delivered_at) {
    const std::uint64_t record = RecordLaw::read_number(value);
    begin(record, delivered_at);
    switch (workload_.handler.kind) {
        case HandlerWork::Kind::noop:
            break;
        case HandlerWork::Kind::sleep:
        case HandlerWork::Kind::async:
            std::this_thread::sleep_for(law_.work(record));
            break;
        case HandlerWork::Kind::cpu:
            compute_for(law_.work(record));
            break;
    }
    end(record);
}

void Handled::begin(std::uint64_t record, Instant delivered_at) {
    start_clock();
    Tally& own = tally();
    const std::uint64_t begun = own.begins.load(std::memory_order_relaxed);
    own.begins.store(begun + 1, std::memory_order_relaxed);
    if (watches_keys_ || begun % wait_sample == 0) {
        own.waits_ns.push_back((steady_now() - delivered_at).count());
    }
    if (watches_keys_) watch_key(record);
}

void Handled::watch_key(std::uint64_t record) {
    const std::int64_t running = in_flight_.fetch_add(1) + 1;
    std::int64_t peak = in_flight_peak_.load();
    while (peak < running && !in_flight_peak_.compare_exchange_weak(peak, running)) {
    }
    KeyState& key = keys_[law_.key(record)];
    if (key.running.fetch_add(1) > 0) overlapped_.fetch_add(1);
    const auto number = static_cast<std::int64_t>(record);
    if (key.latest.exchange(number) > number) order_broken_.fetch_add(1);
}

void Handled::end(std::uint64_t record) {
    Tally& own = tally();
    if (watches_keys_) {
        keys_[law_.key(record)].running.fetch_sub(1);
        in_flight_.fetch_sub(1);
    }
    const std::uint8_t seen = seen_[record].load(std::memory_order_relaxed);
    seen_[record].store(static_cast<std::uint8_t>(seen + 1), std::memory_order_relaxed);
    own.sum.store(own.sum.load(std::memory_order_relaxed) + record, std::memory_order_relaxed);
    own.ends.store(own.ends.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

void Handled::count(std::uint64_t records) {
    start_clock();
    only_counts_ = true;
    Tally& own = tally();
    own.ends.store(own.ends.load(std::memory_order_relaxed) + records, std::memory_order_release);
}

std::uint64_t Handled::ends() const {
    const std::lock_guard lock{mutex_};
    std::uint64_t ends = 0;
    for (const auto& entry : tallies_) {
        ends += entry->ends.load(std::memory_order_acquire);
    }
    return ends;
}

std::int64_t Handled::running() const {
    const std::lock_guard lock{mutex_};
    std::int64_t running = 0;
    for (const auto& entry : tallies_) {
        const std::uint64_t ended = entry->ends.load(std::memory_order_acquire);
        const std::uint64_t begun = entry->begins.load(std::memory_order_relaxed);
        running += begun > ended ? 1 : 0;  // a thread runs one at a time
    }
    return running;
}

bool Handled::is_complete() const {
    return std::all_of(seen_.get(), seen_.get() + workload_.records, [](const auto& seen) {
        return seen.load(std::memory_order_relaxed) > 0;
    });
}

bool Handled::wait_for_all(Duration limit) {
    std::uint64_t before = 0;
    Instant moved_at = steady_now();
    for (;;) {
        const std::uint64_t now_ended = ends();
        ended_at_ = steady_now();
        cpu_at_end_ = process_cpu_s();
        // The look that finds the end is at most `look` late, never early.
        if (now_ended >= workload_.records && (only_counts_ || is_complete())) return true;
        // Where handlers count nothing together, this sample is all that is known.
        if (!watches_keys_) in_flight_peak_ = std::max(in_flight_peak_.load(), running());
        if (now_ended != before) moved_at = ended_at_;
        if (ended_at_ - moved_at > limit) return false;
        before = now_ended;
        std::this_thread::sleep_for(look);
    }
}

HandledTotals Handled::totals() const {
    HandledTotals totals{
        .handled = ends(),
        .peak_in_flight = static_cast<std::uint64_t>(in_flight_peak_.load()),
        .key_order_broken = order_broken_.load(),
        .key_overlapped = overlapped_.load(),
        .elapsed = ended_at_ - started_at_,
        .cpu_s = cpu_at_end_ - cpu_at_start_};
    for (std::uint64_t record = 0; record < workload_.records; ++record) {
        const std::uint8_t seen = seen_[record].load();
        totals.missing += seen == 0 ? 1U : 0U;
        totals.replayed += seen > 1 ? seen - 1U : 0U;
    }
    if (only_counts_) totals.missing = 0;
    const std::lock_guard lock{mutex_};
    for (const auto& entry : tallies_) {
        totals.sum += entry->sum.load();
        totals.waits_ns.insert(
            totals.waits_ns.end(), entry->waits_ns.begin(), entry->waits_ns.end()
        );
    }
    std::ranges::sort(totals.waits_ns);
    return totals;
}

double process_cpu_s() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace odradek::reports
