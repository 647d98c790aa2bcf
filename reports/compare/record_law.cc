#include "reports/compare/record_law.h"

#include "engine/base/hash.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace odradek::reports {

namespace {

/// The finalizer of splitmix64 (Steele, Lea and Flood, 2014): equal inputs, equal outputs,
/// everything else scattered.
std::uint64_t scatter(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15U;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
}

constexpr std::uint64_t work_stream = 0x5EED'0001;
constexpr std::uint64_t key_stream = 0x5EED'0002;
constexpr std::uint64_t stride = 2'654'435'761;  // prime: i · stride mod n meets every number

}  // namespace

RecordLaw::RecordLaw(const Workload& workload) : workload_(workload) {
    if (workload.keys.exponent <= 0) return;
    double sum = 0;
    for (std::uint64_t key = 0; key < workload.keys.count; ++key) {
        sum += std::pow(static_cast<double>(key + 1), -workload.keys.exponent);
        cumulative_.push_back(sum);
    }
}

std::uint64_t RecordLaw::key(std::uint64_t record) const {
    if (cumulative_.empty()) return record * stride % workload_.keys.count;
    const double drawn = std::ldexp(static_cast<double>(scatter(record ^ key_stream) >> 11U), -53);
    const auto found = std::ranges::upper_bound(cumulative_, drawn * cumulative_.back());
    const auto key = static_cast<std::uint64_t>(found - cumulative_.begin());
    return std::min(key, workload_.keys.count - 1);
}

std::uint32_t RecordLaw::partition(std::uint64_t record) const {
    const KeyText text = key_text(key(record));
    const std::uint32_t hash = to_positive(murmur2({text.data(), text.size()}));
    return hash % static_cast<std::uint32_t>(workload_.partitions);
}

Duration RecordLaw::work(std::uint64_t record) const {
    const HandlerWork& work = workload_.handler;
    const auto width = static_cast<std::uint64_t>((work.high - work.low).count()) + 1;
    return work.low + Duration{static_cast<std::int64_t>(scatter(record ^ work_stream) % width)};
}

RecordLaw::KeyText RecordLaw::key_text(std::uint64_t key) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::uint64_t scattered = scatter(key);
    KeyText text{};
    for (char& digit : text) {
        digit = digits[scattered % 16];
        scattered /= 16;
    }
    return text;
}

void RecordLaw::write_number(std::uint64_t record, std::span<char> value) {
    std::memcpy(value.data(), &record, sizeof record);
}

std::uint64_t RecordLaw::read_number(std::string_view value) {
    std::uint64_t record = 0;
    std::memcpy(&record, value.data(), std::min(sizeof record, value.size()));
    return record;
}

Duration ideal_time(const Workload& workload, Lanes lanes) {
    if (workload.handler.kind == HandlerWork::Kind::noop) return Duration{0};
    const RecordLaw law{workload};
    const auto lane_of = [&](std::uint64_t record) -> std::uint64_t {
        if (lanes == Lanes::key) return law.key(record);
        return lanes == Lanes::partition ? law.partition(record) : 0;
    };
    Duration sum{};
    std::vector<Duration> loads;
    for (std::uint64_t record = 0; record < workload.records; ++record) {
        const Duration work = law.work(record);
        sum += work;
        if (lanes == Lanes::none) continue;
        const std::uint64_t lane = lane_of(record);
        if (lane >= loads.size()) loads.resize(lane + 1);
        loads[lane] += work;
    }
    const auto workers = std::int64_t{workload.concurrency} * workload.members;
    Duration ideal = sum / workers;
    for (const Duration load : loads) {
        ideal = std::max(ideal, load);
    }
    return ideal;
}

}  // namespace odradek::reports
