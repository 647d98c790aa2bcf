#include "reports/compare/arm.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>

namespace odradek::reports {

namespace {

constexpr std::array rows{
    ArmRow{
        .name = "raw-librdkafka",
        .summary = "one thread, batches of 10,000 from the consumer queue, counts and destroys",
        .run = &run_raw},
    ArmRow{
        .name = "engine-key",
        .summary = "Odradek, ordered by key",
        .twin = "engine",
        .ordering = Ordering::key,
        .lanes = Lanes::key,
        .run = &run_engine_key},
    ArmRow{
        .name = "engine-unordered",
        .summary = "Odradek, unordered",
        .twin = "engine",
        .ordering = Ordering::unordered,
        .run = &run_engine_unordered},
    ArmRow{
        .name = "engine-partition",
        .summary = "Odradek, ordered by partition",
        .twin = "engine",
        .ordering = Ordering::partition,
        .lanes = Lanes::partition,
        .run = &run_engine_partition},
    ArmRow{
        .name = "vanilla",
        .summary = "poll loop, one record after the other, commit after each batch (TP-1)",
        .twin = "vanilla",
        .ordering = Ordering::key,
        .lanes = Lanes::one,
        .run = &run_vanilla},
    ArmRow{
        .name = "pool-per-batch",
        .summary = "thread pool over a polled batch, wait for all, commit the highest (TP-2)",
        .twin = "pool_per_batch",
        .ordering = Ordering::key,
        .run = &run_pool_per_batch},
    ArmRow{
        .name = "bare-pool-key",
        .summary = "no Kafka: threads replay the same work, one record of a key at a time",
        .lanes = Lanes::key,
        .reads_kafka = false,
        .run = &run_bare_key},
    ArmRow{
        .name = "bare-pool-unordered",
        .summary = "no Kafka: threads replay the same work in any order",
        .reads_kafka = false,
        .run = &run_bare_unordered},
    ArmRow{
        .name = "bare-pool-partition",
        .summary = "no Kafka: threads replay the same work, one record of a partition at a time",
        .lanes = Lanes::partition,
        .reads_kafka = false,
        .run = &run_bare_partition},
};

}  // namespace

std::span<const ArmRow> arm_rows() {
    return rows;
}

const ArmRow* find_arm(std::string_view name) {
    const auto* found = std::ranges::find(rows, name, &ArmRow::name);
    return found == rows.end() ? nullptr : found;
}

void wait_for(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock{mutex};
    stopped.wait(lock, stop, [] { return false; });
}

}  // namespace odradek::reports
