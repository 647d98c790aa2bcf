#include "reports/compare/comparison_text.h"

#include "odradek/contract.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace odradek::reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view csv_head =
    "arm,world,records,partitions,keys,value_bytes,handler,concurrency,members,run,failure,"
    "elapsed_s,records_per_s,ideal_s,handled,replayed,peak_in_flight,cpu_s,broker_cpu_s,"
    "wait_p50_us,wait_p99_us,invariants_broken\n";

Json to_json(const Spread& spread) {
    return {{"min", spread.min}, {"median", spread.median}, {"max", spread.max}};
}

Json to_json(const Machine& machine) {
    return {
        {"processor", machine.processor},
        {"cores", machine.cores},
        {"memory_gib", machine.memory_gib},
        {"system", machine.system},
        {"librdkafka", machine.librdkafka},
        {"compiler", machine.compiler},
        {"commit", machine.commit},
        {"load_at_start", machine.load_at_start}};
}

Json to_json(const Workload& workload) {
    return {
        {"records", workload.records},
        {"partitions", workload.partitions},
        {"keys", to_text(workload.keys)},
        {"value_bytes", workload.value_bytes},
        {"handler", to_text(workload.handler)},
        {"concurrency", workload.concurrency}};
}

Json to_json(const ArmResult& result, const ArmResult& first) {
    Json failures = Json::array();
    for (const ArmRun& run : result.runs) {
        if (!run.failure.empty()) failures.push_back(run.failure);
    }
    Json json{
        {"arm", result.arm},
        {"cell", result.cell},
        {"world", result.world},
        {"workload", to_json(result.workload)},
        {"records_per_s", to_json(records_per_s(result))},
        {"speed_of_first", to_json(speed_ratio(result, first))},
        {"elapsed_s", to_json(elapsed_s(result))},
        {"ideal_s", result.ideal_s > 0 ? Json(result.ideal_s) : Json(nullptr)},
        {"members", result.workload.members},
        {"peak_in_flight", highest(result, &ArmRun::peak_in_flight)},
        {"handled", highest(result, &ArmRun::handled)},
        {"replayed", highest(result, &ArmRun::replayed)},
        {"cpu_s", median_of(result, &ArmRun::cpu_s)},
        {"broker_cpu_s", median_of(result, &ArmRun::broker_cpu_s)},
        {"latency_us",
         {{"p50", median_of(result, &ArmRun::wait_p50_us)},
          {"p99", median_of(result, &ArmRun::wait_p99_us)}}},
        {"invariants_broken", result.invariants_broken},
        {"failures", std::move(failures)}};
    return json;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    return fmt::format("{}", fmt::join(words, between));
}

std::string cell_of_csv(std::string text) {
    std::ranges::replace(text, '"', '\'');
    return text.find_first_of(",\n") == text.npos ? text : "\"" + text + "\"";
}

std::string rate(double value) {
    if (value >= 1e6) return fmt::format("{:.2f} M/s", value / 1e6);
    if (value >= 1e4) return fmt::format("{:.0f} k/s", value / 1e3);
    return fmt::format("{:.0f} /s", value);
}

std::string span_us(double value) {
    return value >= 10'000 ? fmt::format("{:.0f} ms", value / 1'000)
                           : fmt::format("{:.0f} us", value);
}

std::string line_of(const ArmResult& result, const ArmResult& first) {
    const Spread speed = records_per_s(result);
    const bool is_first = &result == &first;
    std::string line = fmt::format(
        "  {:<20} {:>10}  {:>23}  {:>6}  {:>6}  {:>7.2f}  {:>6.2f}  {:>6}  {:>16}  {}\n",
        result.arm,
        rate(speed.median),
        fmt::format("{} … {}", rate(speed.min), rate(speed.max)),
        is_first ? "" : fmt::format("{:.0f} %", 100 * speed_ratio(result, first).median),
        result.ideal_s > 0
            ? fmt::format("{:.0f} %", 100 * result.ideal_s / elapsed_s(result).median)
            : "",
        median_of(result, &ArmRun::cpu_s),
        median_of(result, &ArmRun::broker_cpu_s),
        highest(result, &ArmRun::peak_in_flight),
        fmt::format(
            "{} / {}",
            span_us(median_of(result, &ArmRun::wait_p50_us)),
            span_us(median_of(result, &ArmRun::wait_p99_us))
        ),
        result.invariants_broken.empty() ? "-" : joined(result.invariants_broken, ", ")
    );
    for (const ArmRun& run : result.runs) {
        if (!run.failure.empty()) line += fmt::format("    failed: {}\n", run.failure);
    }
    return line;
}

}  // namespace

std::string comparison_text(const Comparison& comparison) {
    const Machine& machine = comparison.machine;
    std::string text = fmt::format(
        "{}\n{}, {} cores, {:.0f} GiB, {}, librdkafka {}, commit {}, load {:.1f} at the start\n",
        comparison.command,
        machine.processor,
        machine.cores,
        machine.memory_gib,
        machine.system,
        machine.librdkafka,
        machine.commit,
        machine.load_at_start
    );
    for (const ArmResult& result : comparison.results) {
        const ArmResult& first = first_of_cell(comparison.results, result);
        if (&first == &result) {
            text += fmt::format("\n{} ({} runs)\n", to_text(result.workload), result.runs.size());
            text += fmt::format(
                "  {:<20} {:>10}  {:>23}  {:>6}  {:>6}  {:>7}  {:>6}  {:>6}  {:>16}  {}\n",
                "arm",
                "median",
                "min … max",
                "of 1st",
                "ideal",
                "cpu s",
                "broker",
                "peak",
                "wait p50/p99",
                "breaks"
            );
        }
        text += line_of(result, first);
    }
    return text;
}

std::string comparison_json(const Comparison& comparison) {
    Json json{
        {"plan", comparison.plan},
        {"command", comparison.command},
        {"machine", to_json(comparison.machine)},
        {"runs", Json::array()}};
    for (const ArmResult& result : comparison.results) {
        json["runs"].push_back(to_json(result, first_of_cell(comparison.results, result)));
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string comparison_csv(const Comparison& comparison) {
    std::string csv{csv_head};
    for (const ArmResult& result : comparison.results) {
        const Workload& workload = result.workload;
        for (std::size_t at = 0; at < result.runs.size(); ++at) {
            const ArmRun& run = result.runs[at];
            csv += fmt::format(
                "{},{},{},{},{},{},{},{},{},{},{},{:.6f},{:.1f},{:.6f},{},{},{},{:.3f},{:.3f},"
                "{:.1f},{:.1f},{}\n",
                result.arm,
                result.world,
                workload.records,
                workload.partitions,
                to_text(workload.keys),
                workload.value_bytes,
                to_text(workload.handler),
                workload.concurrency,
                workload.members,
                at + 1,
                cell_of_csv(run.failure),
                run.elapsed_s,
                run.elapsed_s > 0 ? static_cast<double>(workload.records) / run.elapsed_s : 0,
                result.ideal_s,
                run.handled,
                run.replayed,
                run.peak_in_flight,
                run.cpu_s,
                run.broker_cpu_s,
                run.wait_p50_us,
                run.wait_p99_us,
                joined(result.invariants_broken, " ")
            );
        }
    }
    return csv;
}

}  // namespace odradek::reports
