#include "engine/tools/what_if.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace odradek {

namespace {

constexpr std::uint32_t no_bucket = 0xFFFF'FFFFU;

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t stop = text.find(at);
        parts.push_back(text.substr(0, stop));
        if (stop == std::string_view::npos) return parts;
        text.remove_prefix(stop + 1);
    }
}

std::optional<std::uint32_t> positive(std::string_view text) {
    constexpr std::uint32_t most = 1'000'000;
    std::uint32_t number = 0;
    const auto [stop, error] = std::from_chars(text.begin(), text.end(), number);
    if (error != std::errc{} || stop != text.end() || number == 0 || number > most) {
        return std::nullopt;
    }
    return number;
}

/// "12" or "10..100" or "10..100:5".
std::expected<void, std::string> add_numbers(
    std::string_view part, std::vector<std::uint32_t>& numbers
) {
    const auto wrong = [&] {
        return std::unexpected(fmt::format(
            "\"{}\" is no number or range: write 12 or 10..100 or 10..100:5, from 1 to 1000000",
            part
        ));
    };
    const std::size_t dots = part.find("..");
    if (dots == std::string_view::npos) {
        const auto number = positive(part);
        if (!number) return wrong();
        numbers.push_back(*number);
        return {};
    }
    const std::size_t colon = part.find(':', dots);
    const auto low = positive(part.substr(0, dots));
    const auto high = positive(part.substr(dots + 2, colon - dots - 2));
    const auto step =
        colon == std::string_view::npos ? std::optional{1U} : positive(part.substr(colon + 1));
    if (!low || !high || !step || *high < *low) return wrong();
    if ((*high - *low) / *step >= what_if_max) {
        return std::unexpected(fmt::format("\"{}\" has more than {} values", part, what_if_max));
    }
    for (std::uint32_t number = *low; number <= *high; number += *step) {
        numbers.push_back(number);
    }
    return {};
}

/// Places all keys by one reducer; its hashes are computed once for every count.
class Placer {
public:
    explicit Placer(std::span<const CountedKey> keys) : keys_(keys) {}

    std::vector<std::uint32_t> buckets(const Reducer& reducer, std::uint32_t count) {
        std::vector<std::uint32_t> buckets(keys_.size());
        const bool is_plain = reducer.built_in() != nullptr && reducer.name() != "random";
        const std::vector<std::uint64_t>* hashes = is_plain ? &hashes_of(reducer) : nullptr;
        for (std::size_t at = 0; at < keys_.size(); ++at) {
            if (is_plain && !keys_[at].key.empty()) {
                buckets[at] = static_cast<std::uint32_t>((*hashes)[at] % count);
                continue;
            }
            const auto result = reducer.reduce(keys_[at].key, count);
            buckets[at] = result ? result->value_or(no_bucket) : 0;
        }
        return buckets;
    }

private:
    const std::vector<std::uint64_t>& hashes_of(const Reducer& reducer) {
        std::vector<std::uint64_t>& hashes = hashes_[reducer.name()];
        if (hashes.empty()) {
            for (const CountedKey& key : keys_) {
                hashes.push_back(reducer.built_in()->hash(key.key));
            }
        }
        return hashes;
    }

    std::span<const CountedKey> keys_;
    std::map<std::string, std::vector<std::uint64_t>> hashes_;
};

struct Choice {
    std::uint32_t partitions;
    std::optional<Reducer> partitioner;
    std::uint32_t virtual_partitions;
    Reducer reducer;
};

class Trial {
public:
    Trial(const KeyCensus& census, const Layout& now, std::uint32_t workers)
        : keys_(keys_of(census))
        , distinct_(static_cast<double>(census.distinct()))
        , workers_(workers)
        , placer_(keys_)
        , now_(partitions_of(now.partitioner, now.partitions)) {
        if (now.virtual_partitions > 0) {
            now_lanes_ = placer_.buckets(now.reducer, now.virtual_partitions);
        }
        for (const CountedKey& key : keys_) {
            total_ += static_cast<double>(key.weight);
            heaviest_key_ = std::max(heaviest_key_, static_cast<double>(key.weight));
        }
    }

    WhatIf run(const Choice& choice) {
        const std::vector<std::uint32_t> partitions =
            partitions_of(choice.partitioner, choice.partitions);
        const bool has_lanes = choice.virtual_partitions > 0;
        const std::uint64_t lanes = has_lanes ? choice.virtual_partitions : 1;
        std::vector<std::uint32_t> lane_of;
        if (has_lanes) lane_of = placer_.buckets(choice.reducer, choice.virtual_partitions);
        std::vector<double> loads(choice.partitions * lanes);
        double unbound = 0;
        std::uint64_t moved = 0;
        std::uint64_t lane_moved = 0;
        for (std::size_t at = 0; at < keys_.size(); ++at) {
            const bool stays = partitions[at] == now_[at];
            moved += stays ? 0U : 1U;
            const bool has_both = has_lanes && !now_lanes_.empty();
            lane_moved += stays && has_both && lane_of[at] != now_lanes_[at] ? 1U : 0U;
            const auto weight = static_cast<double>(keys_[at].weight);
            const std::uint32_t lane = has_lanes ? lane_of[at] : 0;
            if (partitions[at] >= choice.partitions || lane >= lanes) {
                unbound += weight;  // spread evenly, as good as
            } else {
                loads[partitions[at] * lanes + lane] += weight;
            }
        }
        const double evenly = unbound / static_cast<double>(loads.size());
        const double heaviest = std::ranges::max(loads) + evenly;
        WhatIf result;
        result.partitions = choice.partitions;
        result.virtual_partitions = choice.virtual_partitions;
        result.partitioner = choice.partitioner ? choice.partitioner->name() : "explicit";
        result.reducer = has_lanes ? choice.reducer.name() : "";
        result.lanes = loads.size();
        result.used = static_cast<std::uint64_t>(std::ranges::count_if(loads, [&](double load) {
            return load + evenly > 0;
        }));
        if (total_ <= 0) return result;
        result.max_over_mean = heaviest * static_cast<double>(loads.size()) / total_;
        const double bottleneck = has_lanes ? heaviest : std::max(heaviest_key_, 1.0);
        result.speedup_ceiling = total_ / bottleneck;
        if (workers_ > 0) {
            result.speedup_ceiling = std::min(result.speedup_ceiling, double{1} * workers_);
        }
        result.moved_share = static_cast<double>(moved) / static_cast<double>(keys_.size());
        result.lane_moved_share =
            static_cast<double>(lane_moved) / static_cast<double>(keys_.size());
        explain(result, heaviest);
        return result;
    }

private:
    /// All keys; of a sample, the heaviest as they are and each light one for those not sampled.
    static std::vector<CountedKey> keys_of(const KeyCensus& census) {
        if (census.is_exact()) return census.keys;
        std::vector<CountedKey> keys;
        for (const HeavyKey& key : std::span{census.heavy}.first(census.sure_heavy)) {
            keys.push_back({.key = key.key, .weight = key.weight - key.error / 2});
        }
        for (CountedKey key : census.keys) {
            if (key.weight > census.heavy_error_max) continue;
            key.weight *= census.keys_per_sampled;
            keys.push_back(key);
        }
        return keys;
    }

    std::vector<std::uint32_t> partitions_of(
        const std::optional<Reducer>& partitioner, std::uint32_t count
    ) {
        if (partitioner) return placer_.buckets(*partitioner, count);
        std::vector<std::uint32_t> partitions;
        for (const CountedKey& key : keys_) {
            partitions.push_back(
                key.partition < 0 ? no_bucket : static_cast<std::uint32_t>(key.partition)
            );
        }
        return partitions;
    }

    void explain(WhatIf& result, double heaviest) const {
        const auto lanes = static_cast<double>(result.lanes);
        if (result.virtual_partitions == 0) {
            result.reason = "a lane per key: only the heaviest key limits it";
        } else if (heaviest_key_ >= 0.9 * heaviest) {
            result.reason =
                "the heaviest key alone fills the heaviest lane: more lanes do not help";
        } else if (static_cast<double>(result.used) < 0.9 * std::min(lanes, distinct_)) {
            result.reason = "lanes stay empty";
        } else if (workers_ > 0 && result.speedup_ceiling >= workers_) {
            result.reason = "enough for all workers";
        } else {
            result.reason = "several keys share the heaviest lane: more lanes part them";
        }
        if (result.moved_share > 0) {
            result.reason += fmt::format(
                "; {:.0f} % of the keys change partition: their order breaks once",
                100 * result.moved_share
            );
        }
        if (result.lane_moved_share > 0) {
            result.reason += fmt::format(
                "; {:.0f} % change only their lane: drain before the change",
                100 * result.lane_moved_share
            );
        }
    }

    std::vector<CountedKey> keys_;
    double distinct_;
    std::uint32_t workers_;
    Placer placer_;
    std::vector<std::uint32_t> now_;
    std::vector<std::uint32_t> now_lanes_;  // empty: a lane per key
    double total_ = 0;
    double heaviest_key_ = 0;
};

/// All choices of an axis, or what there is now.
template <typename Value>
std::vector<Value> or_now(const std::vector<Value>& axis, Value now) {
    return axis.empty() ? std::vector{std::move(now)} : axis;
}

}  // namespace

std::expected<void, std::string> add_what_if_axis(std::string_view text, WhatIfAxes& axes) {
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    if (equals == std::string_view::npos || equals + 1 == text.size()) {
        return std::unexpected(
            fmt::format("\"{}\": expected an axis such as partitions=12,24,48", text)
        );
    }
    const bool is_count = name == "partitions" || name == "virtual-partitions";
    if (!is_count && name != "reducer" && name != "partitioner") {
        return std::unexpected(fmt::format(
            "\"{}\" is no axis: try partitions, virtual-partitions, reducer or partitioner", name
        ));
    }
    for (const std::string_view part : split(text.substr(equals + 1), ',')) {
        if (is_count) {
            auto& numbers = name == "partitions" ? axes.partitions : axes.virtual_partitions;
            if (auto added = add_numbers(part, numbers); !added) return added;
        } else if (Reducer::named(part)) {
            (name == "reducer" ? axes.reducers : axes.partitioners).emplace_back(part);
        } else {
            return std::unexpected(fmt::format("\"{}\" is no {} known by name", part, name));
        }
    }
    return {};
}

std::expected<std::vector<WhatIf>, std::string> try_layouts(
    const KeyCensus& census, const Layout& now, const WhatIfAxes& axes, std::uint32_t workers
) {
    const auto partitions = or_now(axes.partitions, now.partitions);
    const auto virtual_partitions = or_now(axes.virtual_partitions, now.virtual_partitions);
    const auto reducers = or_now(axes.reducers, now.reducer.name());
    const auto partitioners =
        or_now(axes.partitioners, now.partitioner ? now.partitioner->name() : std::string{});
    const std::size_t count =
        partitions.size() * virtual_partitions.size() * reducers.size() * partitioners.size();
    if (count > what_if_max) {
        return std::unexpected(
            fmt::format("{} combinations are more than the {} tried at once", count, what_if_max)
        );
    }
    if (!now.partitioner && axes.partitioners.empty() && !axes.partitions.empty()) {
        return std::unexpected(
            "the input says the partitions, so another number of them cannot be "
            "tried without partitioner=NAME"
        );
    }
    const auto by_name = [](const std::string& name, const Reducer& own) {
        return name == own.name() ? own : Reducer::named(name).value_or(own);
    };
    std::vector<WhatIf> results;
    if (census.keys.empty()) return results;
    Trial trial{census, now, workers};
    for (const std::uint32_t p : partitions) {
        for (const std::uint32_t v : virtual_partitions) {
            for (const std::string& reducer : reducers) {
                const bool is_same = v == 0 && &reducer != &reducers.front();
                if (is_same) continue;  // without lanes no reducer is asked
                for (const std::string& partitioner : partitioners) {
                    Choice choice{p, now.partitioner, v, by_name(reducer, now.reducer)};
                    if (!partitioner.empty()) {
                        choice.partitioner = now.partitioner
                                                 ? by_name(partitioner, *now.partitioner)
                                                 : Reducer::named(partitioner);
                    }
                    results.push_back(trial.run(choice));
                }
            }
        }
    }
    const auto rank = [](const WhatIf& one) {
        // steps of 2 %: less is not worth a change
        const double step = std::floor(std::log(std::max(one.speedup_ceiling, 1e-9)) / 0.02);
        return std::tuple{-step, one.moved_share, one.lanes, -one.speedup_ceiling};
    };
    std::ranges::stable_sort(results, {}, rank);
    return results;
}

}  // namespace odradek
