#include "reports/unsafe_settings.h"

#include "engine/base/random.h"
#include "engine/config/units.h"
#include "engine/core/offsets/codec.h"
#include "engine/tools/readable_key.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace odradek::reports {

namespace {

using Kind = UnsafeSetting::Kind;

double seconds(Duration span) {
    return std::chrono::duration<double>(span).count();
}

double per_second(Rate rate) {
    return static_cast<double>(rate.count) / seconds(rate.per);
}

double share(Ratio ratio) {
    return static_cast<double>(ratio.part) / static_cast<double>(ratio.whole);
}

Duration longest(const scenarios::Latency& latency) {
    return std::max(latency.low, latency.high);
}

/// Mean run of the handler in seconds.
double mean_seconds(const scenarios::Latency& latency) {
    using Law = scenarios::Latency::Kind;
    const double low = seconds(latency.low);
    switch (latency.kind) {
        case Law::fixed:
        case Law::exponential:
            return low;
        case Law::uniform:
            return (low + seconds(latency.high)) / 2;
        case Law::bimodal:
            return low + share(latency.rare) * (seconds(latency.high) - low);
    }
    return low;
}

class Inspection {
public:
    Inspection(const Deployment& deployment, const Distribution* keys)
        : deployment_(deployment)
        , engine_(deployment.engine)
        , keys_(keys)
        , rate_(per_second(deployment.arrivals))
        , workers_(
              static_cast<double>(deployment.engine.concurrency_max) *
              static_cast<double>(deployment.members)
          ) {}

    std::vector<UnsafeSetting> take() {
        std::ranges::stable_sort(found_, {}, &UnsafeSetting::kind);
        return std::move(found_);
    }

    void look_at_retries() {
        const RetryOptions& retry = engine_.retry;
        if (retry.attempts_max == 0) {
            add(Kind::danger,
                "engine.retry.attempts_max",
                fmt::format(
                    "a record that never succeeds is tried every {} for ever: in key order its key "
                    "waits behind it, and the offset committed for its partition stands still",
                    to_text(retry.delay)
                ),
                "set attempts_max, with then: dead_letter");
        } else if (retry.then == AfterLastAttempt::stop) {
            add(Kind::danger,
                "engine.retry.then",
                fmt::format(
                    "one record that fails {} times stops the service; started again it meets the "
                    "same record",
                    retry.attempts_max
                ),
                "then: dead_letter keeps the record and lets the others pass");
        } else if (retry.then == AfterLastAttempt::skip) {
            add(Kind::notice,
                "engine.retry.then",
                "a record that fails its last attempt counts as done and is lost",
                "then: dead_letter keeps it");
        }
    }

    void look_at_times() {
        const Duration run = longest(deployment_.handler.latency);
        const auto& client = deployment_.client;
        if (run >= client.max_poll_interval) {
            add(Kind::danger,
                "client.max_poll_interval",
                fmt::format(
                    "a handler may run for {}, the group waits {} for a member that says nothing",
                    to_text(run),
                    to_text(client.max_poll_interval)
                ),
                fmt::format("raise max_poll_interval above {}", to_text(2 * run)));
        }
        if (run >= client.session_timeout) {
            add(Kind::danger,
                "client.session_timeout",
                fmt::format(
                    "a handler may run for {}, longer than the session of {}: when its member "
                    "stalls "
                    "or is killed, another starts the same record while the first still runs",
                    to_text(run),
                    to_text(client.session_timeout)
                ),
                fmt::format("raise session_timeout above {}", to_text(2 * run)));
        }
        if (run >= engine_.revoke_wait_max) {
            add(Kind::notice,
                "engine.revoke_wait_max",
                fmt::format(
                    "a revoke waits {} for handlers that may run for {}: what still runs is done "
                    "again by the next owner at every rebalance",
                    to_text(engine_.revoke_wait_max),
                    to_text(run)
                ),
                fmt::format(
                    "raise revoke_wait_max above {}, and the group's rebalance timeout with it",
                    to_text(run)
                ));
        }
    }

    void look_at_load() {
        const double busy = rate_ * mean_seconds(deployment_.handler.latency);
        if (busy >= workers_) {
            add(Kind::danger,
                "engine.max_concurrency",
                fmt::format(
                    "{:.0f} records/s of {:.1f} ms each keep {:.0f} handlers busy, there are "
                    "{:.0f}: "
                    "the lag grows without end",
                    rate_,
                    1'000 * mean_seconds(deployment_.handler.latency),
                    std::ceil(busy),
                    workers_
                ),
                fmt::format(
                    "max_concurrency {:.0f} with {} members, or more members",
                    std::ceil(1.5 * busy / deployment_.members),
                    deployment_.members
                ));
        } else if (busy > 0.8 * workers_) {
            add(Kind::notice,
                "engine.max_concurrency",
                fmt::format(
                    "{:.0f} of {:.0f} handlers are busy at the usual rate: a burst or a lost "
                    "member "
                    "makes a lag that is slow to go",
                    std::ceil(busy),
                    workers_
                ),
                "leave at least a third of the handlers free");
        }
        look_at_hot_key();
    }

    void look_at_lanes() {
        if (engine_.ordering == Ordering::partition && workers_ > deployment_.partitions) {
            add(Kind::notice,
                "engine.max_concurrency",
                fmt::format(
                    "{:.0f} handlers, but in partition order at most {} run, one a partition",
                    workers_,
                    deployment_.partitions
                ),
                "ordering: key, or fewer handlers");
        }
        const bool is_keyed =
            engine_.ordering == Ordering::key || engine_.ordering == Ordering::virtual_partition;
        if (keys_ == nullptr || !is_keyed) return;
        if (workers_ > static_cast<double>(keys_->distinct_keys)) {
            add(Kind::notice,
                "engine.max_concurrency",
                fmt::format(
                    "more lanes than keys: {:.0f} handlers, {} distinct keys in the sample, so at "
                    "least {:.0f} never work",
                    workers_,
                    keys_->distinct_keys,
                    workers_ - static_cast<double>(keys_->distinct_keys)
                ),
                "fewer handlers, a finer key, or ordering: unordered");
        }
        if (deployment_.members > deployment_.partitions) {
            add(Kind::notice,
                "members",
                fmt::format(
                    "{} members share {} partitions: {} get none",
                    deployment_.members,
                    deployment_.partitions,
                    deployment_.members - deployment_.partitions
                ),
                "more partitions, or fewer members");
        }
    }

    /// While one record is retried or held, its partition goes on: is the picture of what is done
    /// above it small enough for the commit?
    void look_at_offset_map() {
        const RetryOptions& retry = engine_.retry;
        if (engine_.commit.offset_map == MapFormat::none) {
            add(Kind::notice,
                "engine.commit.offset_map",
                "without an offset map everything above the oldest open record runs again after a "
                "crash or a rebalance",
                "offset_map: odradek");
            return;
        }
        const double failures = share(deployment_.handler.retry) + share(deployment_.handler.fail);
        if (failures <= 0) return;
        constexpr double forever = 3'600;  // shown for an hour
        const double held = retry.attempts_max == 0
                                ? forever
                                : seconds(retry.delay) * std::max(retry.attempts_max - 1.0, 0.0);
        const double records = std::min(rate_ / deployment_.partitions * held, 20'000'000.0);
        const std::int64_t units = units_needed(static_cast<std::int64_t>(records), failures);
        const auto most = static_cast<std::int64_t>(engine_.commit.metadata_chars_max);
        if (units <= most) return;
        add(Kind::danger,
            "engine.retry.delay",
            fmt::format(
                "a record that fails until its end holds the commit of its partition for {:.0f} s "
                "{}; then {:.0f} records above it are done in a pattern of gaps ({:.2g} % fail "
                "once) "
                "whose offset map takes {} units of {}: the partition is held back until it fits, "
                "or "
                "the map is left out and they run again after a crash",
                held,
                retry.attempts_max == 0 ? "in the first hour" : "",
                records,
                100 * failures,
                units,
                most
            ),
            "shorten delay × attempts_max, send failing records to a retry topic, or raise the "
            "broker's offset.metadata.max.bytes and metadata_chars_max");
    }

    void look_at_flow() {
        for (const std::vector<std::string>& circle : find_circles(deployment_.flow)) {
            std::string way;
            for (const std::string& topic : circle) {
                way += (way.empty() ? "" : " → ") + topic;
            }
            add(Kind::danger,
                "flow",
                fmt::format(
                    "records go round: {}. One that never succeeds, or that each round makes anew, "
                    "goes round for ever",
                    way
                ),
                "end the way in a dead-letter topic that nobody feeds back, or count the rounds in "
                "a header and stop");
        }
    }

private:
    void look_at_hot_key() {
        const bool is_keyed =
            engine_.ordering == Ordering::key || engine_.ordering == Ordering::virtual_partition;
        if (keys_ == nullptr || keys_->hot_keys.empty() || keys_->weight == 0 || !is_keyed) return;
        const HeavyKey& key = keys_->hot_keys.front();
        const double part = static_cast<double>(key.weight) / static_cast<double>(keys_->weight);
        const double busy = part * rate_ * mean_seconds(deployment_.handler.latency);
        if (busy < 0.8) return;
        add(busy >= 1 ? Kind::danger : Kind::notice,
            "engine.ordering",
            fmt::format(
                "key {} carries {:.1f} % of the records: in order they keep one handler busy for "
                "{:.0f} % of the time{}",
                readable_key(key.key),
                100 * part,
                100 * busy,
                busy >= 1 ? ", more than there is: its lag grows without end" : ""
            ),
            "split that key, a faster handler, or ordering: unordered");
    }

    /// Of an offset map over `records` above a held one, `open` of which are not done.
    [[nodiscard]] std::int64_t units_needed(std::int64_t records, double open) const {
        Random random{1};
        std::vector<OffsetRange> done;
        constexpr std::uint64_t whole = 1'000'000;
        const auto part = static_cast<std::uint64_t>(std::min(0.5, open) * whole);
        // Only what failed within one delay is open; all before it is done.
        const double recent = rate_ / deployment_.partitions * seconds(engine_.retry.delay);
        const std::int64_t settled =
            std::max<std::int64_t>(0, records - static_cast<std::int64_t>(recent));
        if (settled > 0) done.push_back({Offset{1}, Offset{1 + settled}});
        for (std::int64_t at = 1 + settled; at < 1 + records; ++at) {
            if (random.below(whole) < part) continue;
            if (!done.empty() && done.back().end == Offset{at}) {
                done.back().end = Offset{at + 1};
            } else {
                done.push_back({Offset{at}, Offset{at + 1}});
            }
        }
        const auto text = encode(
            make_offset_map(Offset{0}, std::move(done)),
            {.format = engine_.commit.offset_map, .units_max = engine_.commit.metadata_chars_max}
        );
        return text ? static_cast<std::int64_t>(text->size()) : text.error().units_needed;
    }

    void add(Kind kind, std::string setting, std::string what, std::string remedy) {
        found_.push_back(
            {.kind = kind,
             .setting = std::move(setting),
             .what = std::move(what),
             .remedy = std::move(remedy)}
        );
    }

    const Deployment& deployment_;
    const EngineOptions& engine_;
    const Distribution* keys_;
    double rate_;
    double workers_;
    std::vector<UnsafeSetting> found_;
};

}  // namespace

std::vector<UnsafeSetting> find_unsafe_settings(
    const Deployment& deployment, const Distribution* keys
) {
    Inspection inspection{deployment, keys};
    inspection.look_at_retries();
    inspection.look_at_times();
    inspection.look_at_load();
    inspection.look_at_lanes();
    inspection.look_at_offset_map();
    inspection.look_at_flow();
    return inspection.take();
}

}  // namespace odradek::reports
