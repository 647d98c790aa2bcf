#include "simulator/client/handler_model.h"

#include <algorithm>
#include <utility>

namespace odradek::sim {
namespace {

bool has_chance(const Ratio& ratio) {
    return ratio.part > 0;
}

/// One number for one run of one record.
std::uint64_t mixed(std::uint64_t seed, const HandlerRun& run) {
    constexpr std::uint64_t odd = 0x9E3779B97F4A7C15U;
    std::uint64_t value = seed;
    for (const std::uint64_t part :
         {static_cast<std::uint64_t>(run.topic),
          static_cast<std::uint64_t>(run.partition.value()),
          static_cast<std::uint64_t>(run.offset.value()),
          std::uint64_t{run.attempt}}) {
        value = (value ^ part) * odd;
        value ^= value >> 29U;
    }
    return value;
}

bool fails(const HandlerAnswer& answer) {
    return answer.result == WorkResult::retry || answer.result == WorkResult::fail;
}

/// Whether the two keep order with each other, as far as the user's code can tell.
bool share_lane(const HandlerRun& one, const HandlerRun& other, Ordering ordering) {
    switch (ordering) {
        case Ordering::unordered:
            return false;
        case Ordering::key:
            return one.has_key == other.has_key && one.key == other.key;
        case Ordering::partition:
        case Ordering::virtual_partition:
            break;
    }
    return true;
}

}  // namespace

HandlerModel::HandlerModel(HandlerSpec spec, std::uint64_t seed)
    : spec_(std::move(spec))
    , seed_(seed)
    , draws_(
          spec_.latency.kind() != Distribution::Kind::fixed || has_chance(spec_.retry_chance) ||
          has_chance(spec_.skip_chance) || has_chance(spec_.fail_chance) ||
          !spec_.slow_keys.empty() || has_chance(spec_.deferred_chance)
      ) {}

bool HandlerModel::is_listed(const std::vector<std::string>& keys, const HandlerRun& which) const {
    return !keys.empty() && which.has_key && std::ranges::find(keys, which.key) != keys.end();
}

HandlerAnswer HandlerModel::run(const HandlerRun& which) const {
    HandlerAnswer answer{.latency = spec_.latency.max()};
    if (draws_) {
        Random random{mixed(seed_, which)};
        const bool is_slow = is_listed(spec_.slow_keys, which);
        answer.latency = (is_slow ? spec_.slow_latency : spec_.latency).draw(random);
        if (random.chance(spec_.retry_chance))
            answer.result = WorkResult::retry;
        else if (random.chance(spec_.skip_chance))
            answer.result = WorkResult::skip;
        else if (random.chance(spec_.fail_chance))
            answer.result = WorkResult::fail;
        if (random.chance(spec_.deferred_chance)) {
            answer.is_deferred = true;
            answer.token_latency = spec_.token_latency.draw(random);
            answer.leaks = random.chance(spec_.leak_chance);
            answer.doubles = random.chance(spec_.double_chance);
        }
    }
    const bool still_poison = spec_.poison_attempts == 0 || which.attempt <= spec_.poison_attempts;
    if (still_poison && is_listed(spec_.poison_keys, which)) answer.result = spec_.poison_answer;
    if (answer.result == WorkResult::retry) answer.retry_delay = spec_.retry_delay;
    return spec_.user ? spec_.user(which, answer) : answer;
}

std::vector<HandlerAnswer> HandlerModel::run_batch(
    std::span<const HandlerRun> runs, Ordering ordering
) const {
    std::vector<HandlerAnswer> answers;
    for (const HandlerRun& which : runs)
        answers.push_back(run(which));
    const auto copy = [](const HandlerAnswer& from, HandlerAnswer& to) {
        to.result = from.result;
        to.retry_delay = from.retry_delay;
    };
    const auto first_failed = std::ranges::find_if(answers, fails);
    if (first_failed == answers.end()) return answers;
    if (spec_.batch_answer == HandlerSpec::BatchAnswer::whole) {
        const HandlerAnswer failed = *first_failed;
        for (HandlerAnswer& answer : answers)
            copy(failed, answer);
        return answers;
    }
    for (std::size_t at = 1; at < runs.size(); ++at) {
        for (std::size_t before = 0; before < at; ++before) {
            if (!fails(answers[before]) || !share_lane(runs[before], runs[at], ordering)) continue;
            copy(answers[before], answers[at]);
            break;
        }
    }
    return answers;
}

}  // namespace odradek::sim
