#include "reports/compare/measure.h"

#include "reports/compare/arm.h"
#include "reports/compare/child.h"
#include "reports/compare/topic_data.h"

#include <algorithm>
#include <map>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace odradek::reports {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

/// A run in which nothing is handled for so long has hung.
constexpr Duration stall_max = 60s;

double percentile_us(const std::vector<std::int64_t>& sorted_ns, std::size_t percent) {
    if (sorted_ns.empty()) return 0;
    const std::size_t at = std::min(sorted_ns.size() * percent / 100, sorted_ns.size() - 1);
    return static_cast<double>(sorted_ns[at]) / 1'000;
}

std::string text_of(const HandledTotals& totals, bool is_complete, const std::string& failure) {
    const Json json{
        {"failure", is_complete ? failure : "not every record was handled; " + failure},
        {"elapsed_s", std::chrono::duration<double>(totals.elapsed).count()},
        {"handled", totals.handled},
        {"replayed", totals.replayed},
        {"missing", totals.missing},
        {"sum", totals.sum},
        {"peak_in_flight", totals.peak_in_flight},
        {"key_order_broken", totals.key_order_broken},
        {"key_overlapped", totals.key_overlapped},
        {"cpu_s", totals.cpu_s},
        {"wait_p50_us", percentile_us(totals.waits_ns, 50)},
        {"wait_p99_us", percentile_us(totals.waits_ns, 99)}};
    return json.dump();
}

ArmRun run_of(const std::string& text, const ArmRow& row, const Workload& workload) {
    const Json json = Json::parse(text);
    ArmRun run{
        .failure = json.at("failure"),
        .elapsed_s = json.at("elapsed_s"),
        .handled = json.at("handled"),
        .replayed = json.at("replayed"),
        .missing = json.at("missing"),
        .peak_in_flight = json.at("peak_in_flight"),
        .key_order_broken = json.at("key_order_broken"),
        .key_overlapped = json.at("key_overlapped"),
        .cpu_s = json.at("cpu_s"),
        .wait_p50_us = json.at("wait_p50_us"),
        .wait_p99_us = json.at("wait_p99_us")};
    const bool has_handler = row.run != &run_raw;
    if (has_handler && run.replayed == 0) {
        run.is_sum_right = json.at("sum") == workload.records * (workload.records - 1) / 2;
        if (!run.is_sum_right && run.failure.empty()) run.failure = "the payloads do not add up";
    }
    return run;
}

/// In a process of its own: all members of one arm until every record is handled.
std::string run_members(const ArmRow& row, const ArmJob& job, const Workload& workload) {
    Handled handled{workload};
    std::string failure;
    bool is_complete = false;
    {
        std::mutex mutex;
        std::vector<std::jthread> members;
        for (std::uint32_t member = 0; member < workload.members; ++member) {
            members.emplace_back([&](const std::stop_token& stop) {
                const auto ended = row.run(job, handled, stop);
                const std::lock_guard lock{mutex};
                if (!ended) failure = to_string(ended.error());
            });
        }
        is_complete = handled.wait_for_all(stall_max);
    }
    return text_of(handled.totals(), is_complete, failure);
}

class Measurement {
public:
    Measurement(const Plan& plan, const MeasureOptions& options)
        : plan_(plan)
        , options_(options)
        , name_(fmt::format("compare-{}", getpid())) {}

    std::expected<std::vector<ArmResult>, Error> run() {
        for (std::size_t at = 0; at < plan_.cells.size(); ++at) {
            const PlanCell& cell = plan_.cells[at];
            auto topic = topic_for(cell);
            if (!topic) {
                remove_topics();
                return std::unexpected(topic.error());
            }
            run_cell(at, *topic);
        }
        remove_topics();
        return std::move(results_);
    }

private:
    std::expected<std::string, Error> topic_for(const PlanCell& cell) {
        const bool needs_data = std::ranges::any_of(cell.arms, [](const std::string& arm) {
            return find_arm(arm)->reads_kafka;
        });
        if (!needs_data) return std::string();
        for (const auto& [workload, topic] : topics_) {
            if (have_same_records(workload, cell.workload)) return topic;
        }
        const std::string topic = fmt::format("{}-{}", name_, topics_.size());
        tell("producing " + to_text(cell.workload));
        // librdkafka's threads stay out of this process: it forks.
        const auto produced = run_in_child(
            [&] {
                const auto made = produce_topic(options_.brokers, topic, cell.workload);
                return made ? std::string() : to_string(made.error());
            },
            options_.run_limit
        );
        if (!produced || !produced->empty()) {
            return std::unexpected(Error{
                .code = Errc::broker_unreachable,
                .what = produced ? *produced : produced.error(),
                .where = options_.brokers});
        }
        topics_.emplace_back(cell.workload, topic);
        return topic;
    }

    void run_cell(std::size_t number, const std::string& topic) {
        const PlanCell& cell = plan_.cells[number];
        const std::size_t first = results_.size();
        for (const std::string& arm : cell.arms) {
            const Duration ideal = ideal_time(cell.workload, find_arm(arm)->lanes);
            results_.push_back(
                {.arm = arm,
                 .cell = number,
                 .workload = cell.workload,
                 .ideal_s = std::chrono::duration<double>(ideal).count(),
                 .invariants_broken = broken_by(arm)}
            );
        }
        for (std::uint32_t round = 0; round < plan_.repeat; ++round) {
            for (std::size_t at = 0; at < cell.arms.size(); ++at) {
                run_arm(results_[first + at], topic, round);
            }
        }
        for (std::size_t at = first; at < results_.size(); ++at) {
            add_seen(results_[at]);
        }
    }

    void run_arm(ArmResult& result, const std::string& topic, std::uint32_t round) {
        const ArmRow& row = *find_arm(result.arm);
        tell(
            fmt::format("{} {}/{}: {}", row.name, round + 1, plan_.repeat, to_text(result.workload))
        );
        const ArmJob job{
            .brokers = options_.brokers,
            .topic = topic,
            .group = fmt::format("{}-{}-{}", name_, row.name, ++groups_)};
        const double broker_before = cpu_s_of(options_.broker_processes);
        const auto text = run_in_child(
            [&] { return run_members(row, job, result.workload); }, options_.run_limit
        );
        ArmRun run;
        if (text) {
            run = run_of(*text, row, result.workload);
        } else {
            run.failure = text.error();
        }
        run.broker_cpu_s = cpu_s_of(options_.broker_processes) - broker_before;
        result.runs.push_back(std::move(run));
    }

    const std::vector<std::string>& broken_by(const std::string& arm) {
        const auto known = broken_.find(arm);
        if (known != broken_.end()) return known->second;
        return broken_[arm] = judged_broken(arm);
    }

    /// What the measured runs themselves showed.
    static void add_seen(ArmResult& result) {
        if (!find_arm(result.arm)->reads_kafka) return;
        const auto add = [&](const char* guarantee, std::uint64_t ArmRun::*count) {
            const bool is_seen =
                std::ranges::any_of(result.runs, [&](const ArmRun& run) { return run.*count > 0; });
            auto& broken = result.invariants_broken;
            if (is_seen && std::ranges::find(broken, guarantee) == broken.end()) {
                broken.emplace_back(guarantee);
            }
        };
        add("at_least_once", &ArmRun::missing);
        add("key_order", &ArmRun::key_order_broken);
        add("one_in_flight_per_key", &ArmRun::key_overlapped);
        std::ranges::sort(result.invariants_broken);
    }

    void remove_topics() {
        static_cast<void>(run_in_child(
            [&] {
                for (const auto& [workload, topic] : topics_) {
                    remove_topic(options_.brokers, topic);
                }
                return std::string();
            },
            options_.run_limit
        ));
    }

    void tell(const std::string& what) const {
        if (options_.progress) options_.progress(what);
    }

    const Plan& plan_;
    const MeasureOptions& options_;
    std::string name_;
    std::uint64_t groups_ = 0;
    std::vector<std::pair<Workload, std::string>> topics_;
    std::map<std::string, std::vector<std::string>> broken_;
    std::vector<ArmResult> results_;
};

}  // namespace

bool ArmResult::has_failed() const {
    return std::ranges::any_of(runs, [](const ArmRun& run) { return !run.failure.empty(); });
}

Spread spread_of(std::vector<double> values) {
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    const double median =
        values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    return {values.front(), median, values.back()};
}

Spread elapsed_s(const ArmResult& result) {
    std::vector<double> values;
    for (const ArmRun& run : result.runs) {
        values.push_back(run.elapsed_s);
    }
    return spread_of(std::move(values));
}

Spread records_per_s(const ArmResult& result) {
    std::vector<double> values;
    for (const ArmRun& run : result.runs) {
        const auto records = static_cast<double>(result.workload.records);
        values.push_back(run.elapsed_s > 0 ? records / run.elapsed_s : 0);
    }
    return spread_of(std::move(values));
}

Spread speed_ratio(const ArmResult& one, const ArmResult& other) {
    std::vector<double> values;
    for (std::size_t at = 0; at < std::min(one.runs.size(), other.runs.size()); ++at) {
        const double own = one.runs[at].elapsed_s;
        values.push_back(own > 0 ? other.runs[at].elapsed_s / own : 0);
    }
    return spread_of(std::move(values));
}

const ArmResult& first_of_cell(const std::vector<ArmResult>& results, const ArmResult& result) {
    return *std::ranges::find(results, result.cell, &ArmResult::cell);
}

std::uint64_t highest(const ArmResult& result, std::uint64_t ArmRun::*field) {
    std::uint64_t value = 0;
    for (const ArmRun& run : result.runs) {
        value = std::max(value, run.*field);
    }
    return value;
}

double median_of(const ArmResult& result, double ArmRun::*field) {
    std::vector<double> values;
    for (const ArmRun& run : result.runs) {
        values.push_back(run.*field);
    }
    return spread_of(std::move(values)).median;
}

std::expected<std::vector<ArmResult>, Error> measure(
    const Plan& plan, const MeasureOptions& options
) {
    return Measurement{plan, options}.run();
}

}  // namespace odradek::reports
