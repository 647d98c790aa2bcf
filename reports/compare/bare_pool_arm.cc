// PF-2's measure: threads that replay the same work in the same order of lanes, without Kafka.

#include "engine/runtime/steady_clock.h"
#include "reports/compare/arm.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace odradek::reports {

namespace {

/// Records in lanes; a lane gives its next record when the one before it has ended.
class LaneQueue {
public:
    LaneQueue(std::uint64_t records, const std::function<std::uint64_t(std::uint64_t)>& lane_of)
        : left_(records) {
        for (std::uint64_t record = 0; record < records; ++record) {
            const std::uint64_t lane = lane_of(record);
            if (lane >= lanes_.size()) lanes_.resize(lane + 1);
            if (lanes_[lane].empty()) ready_.push_back(lane);
            lanes_[lane].push_back(record);
        }
    }

    struct Taken {
        std::uint64_t lane = 0;
        std::uint64_t record = 0;
    };

    /// The next record, waiting for it; empty when all are taken.
    [[nodiscard]] std::optional<Taken> take() {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return !ready_.empty() || left_ == 0; });
        if (ready_.empty()) return std::nullopt;
        const std::uint64_t lane = ready_.front();
        ready_.pop_front();
        const std::uint64_t record = lanes_[lane].front();
        lanes_[lane].pop_front();
        if (--left_ == 0) changed_.notify_all();
        return Taken{lane, record};
    }

    void end(const Taken& taken) {
        const std::lock_guard lock{mutex_};
        if (lanes_[taken.lane].empty()) return;
        ready_.push_back(taken.lane);
        changed_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::deque<std::uint64_t>> lanes_;  // under mutex_, from here on
    std::deque<std::uint64_t> ready_;
    std::uint64_t left_;
};

std::expected<void, Error> run_bare(
    const std::function<std::uint64_t(std::uint64_t)>& lane_of,
    Handled& handled,
    const std::stop_token& stop
) {
    const Workload& workload = handled.workload();
    LaneQueue queue{workload.records, lane_of};
    {
        std::vector<std::jthread> threads;
        for (std::uint32_t thread = 0; thread < workload.concurrency; ++thread) {
            threads.emplace_back([&] {
                std::string value(sizeof(std::uint64_t), '\0');
                while (const auto taken = queue.take()) {
                    RecordLaw::write_number(taken->record, value);
                    handled.handle(value, steady_now());
                    queue.end(*taken);
                }
            });
        }
    }
    wait_for(stop);
    return {};
}

}  // namespace

std::expected<void, Error> run_bare_key(
    const ArmJob& /*job*/, Handled& handled, const std::stop_token& stop
) {
    const RecordLaw law{handled.workload()};
    return run_bare([&](std::uint64_t record) { return law.key(record); }, handled, stop);
}

std::expected<void, Error> run_bare_unordered(
    const ArmJob& /*job*/, Handled& handled, const std::stop_token& stop
) {
    return run_bare([](std::uint64_t record) { return record; }, handled, stop);
}

std::expected<void, Error> run_bare_partition(
    const ArmJob& /*job*/, Handled& handled, const std::stop_token& stop
) {
    const RecordLaw law{handled.workload()};
    return run_bare([&](std::uint64_t record) { return law.partition(record); }, handled, stop);
}

}  // namespace odradek::reports
