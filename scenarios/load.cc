#include "scenarios/load.h"

#include "odradek/contract.h"

#include "engine/base/hash.h"
#include "scenarios/scenario.h"

#include <algorithm>
#include <cmath>

namespace odradek::scenarios {

namespace {

/// Cumulative weights 2^32 / n^exponent, whole numbers so that sums are exact.
std::vector<std::uint64_t> zipf_weights(std::uint64_t keys, Ratio exponent) {
    const double power = static_cast<double>(exponent.part) / static_cast<double>(exponent.whole);
    std::vector<std::uint64_t> weights;
    weights.reserve(keys);
    std::uint64_t sum = 0;
    for (std::uint64_t rank = 1; rank <= keys; ++rank) {
        const double weight = 4294967296.0 / std::pow(static_cast<double>(rank), power);
        sum += std::max<std::uint64_t>(1, static_cast<std::uint64_t>(weight));
        weights.push_back(sum);
    }
    return weights;
}

/// −ln(u) for a uniform u in (0, 1], in nanoseconds of `mean`.
Duration exponential(Random& random, Duration mean) {
    const double unit = (static_cast<double>(random.next() >> 11U) + 1.0) / 9007199254740992.0;
    return Duration{
        static_cast<Duration::rep>(-std::log(unit) * static_cast<double>(mean.count()))};
}

}  // namespace

LoadPlan::LoadPlan(const Load& load, const std::vector<Topic>& topics, const Random& random)
    : load_(load)
    , arrival_(random.split("arrival"))
    , keys_(random.split("keys"))
    , sizes_(random.split("sizes")) {
    expects(!topics.empty());
    keyless_.resize(topics.size());
    for (const Topic& topic : topics) {
        partitions_.push_back(topic.partitions);
    }
    if (load.keys.law == KeyLaw::Law::zipf) {
        weights_ = zipf_weights(load.keys.keys, load.keys.exponent);
    }
    std::uint64_t sum = 0;
    for (const KeyLaw::WeightedKey& listed : load.keys.listed) {
        sum += listed.weight;
        weights_.push_back(sum);
    }
}

const LoadRecord& LoadPlan::next() {
    expects(made_ < load_.records);
    move_time();
    record_.has_key = !keys_.chance(load_.null_keys);
    record_.key.clear();
    if (record_.has_key) {
        const std::uint64_t key = draw_key();
        if (load_.keys.law == KeyLaw::Law::listed) {
            record_.key = load_.keys.listed[key].key;
        } else {
            record_.key = "k";
            record_.key += std::to_string(key);
        }
    }
    choose_place();
    record_.value_bytes =
        static_cast<std::uint32_t>(sizes_.between(load_.value_bytes_min, load_.value_bytes_max));
    ++made_;
    return record_;
}

void LoadPlan::move_time() {
    const Rate& rate = load_.arrival.rate;
    const auto evenly = [&](std::uint64_t steps) {
        // Multiplied before divided, so that no rounding adds up.
        const std::uint64_t seconds = steps / rate.count;
        const std::uint64_t rest = steps % rate.count;
        return rate.per * static_cast<Duration::rep>(seconds) +
               rate.per * static_cast<Duration::rep>(rest) / static_cast<Duration::rep>(rate.count);
    };
    switch (load_.arrival.law) {
        case Arrival::Law::constant:
            record_.at = Instant{evenly(made_)};
            break;
        case Arrival::Law::bursts:
            record_.at = Instant{evenly(made_ / load_.arrival.burst * load_.arrival.burst)};
            break;
        case Arrival::Law::poisson:
            record_.at += exponential(arrival_, rate.per / static_cast<Duration::rep>(rate.count));
            break;
    }
}

std::uint64_t LoadPlan::draw_key() {
    const KeyLaw& law = load_.keys;
    switch (law.law) {
        case KeyLaw::Law::uniform:
            return keys_.below(law.keys);
        case KeyLaw::Law::zipf:
        case KeyLaw::Law::listed:
            return draw_weighted();
        case KeyLaw::Law::hot:
            if (law.keys == 1 || keys_.chance(law.share)) return 0;
            return 1 + keys_.below(law.keys - 1);
        case KeyLaw::Law::burst:
            if (made_ % law.run == 0) run_key_ = keys_.below(law.keys);
            return run_key_;
        case KeyLaw::Law::unique:
            return made_;
    }
    return 0;
}

std::uint64_t LoadPlan::draw_weighted() {
    const std::uint64_t drawn = keys_.below(weights_.back());
    const auto found = std::ranges::upper_bound(weights_, drawn);
    return static_cast<std::uint64_t>(found - weights_.begin());
}

void LoadPlan::choose_place() {
    const std::size_t topic = made_ % partitions_.size();
    const auto partitions = static_cast<std::uint32_t>(partitions_[topic]);
    record_.topic = static_cast<std::int32_t>(topic);
    // Java makes the hash positive by dropping its sign bit (DefaultPartitioner).
    const std::uint64_t place =
        record_.has_key ? murmur2(record_.key) & 0x7FFFFFFFU : keyless_[topic]++;
    record_.partition = PartitionId{static_cast<std::int32_t>(place % partitions)};
}

}  // namespace odradek::scenarios
