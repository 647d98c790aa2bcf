#include "simulator/baselines/baseline.h"
#include "simulator/baselines/future_per_record.h"
#include "simulator/baselines/key_chains.h"
#include "simulator/baselines/minute_rule.h"
#include "simulator/baselines/pool_per_batch.h"
#include "simulator/baselines/queue_per_partition.h"
#include "simulator/baselines/semaphore_async.h"
#include "simulator/baselines/vanilla.h"

#include <array>

namespace odradek::sim {

namespace {

constexpr std::array rows{
    BaselineRow{"vanilla", "one record at a time (TP-1)", &make_vanilla},
    BaselineRow{"pool_per_batch", "thread pool over a polled batch (TP-2)", &make_pool_per_batch},
    BaselineRow{
        "queue_per_partition_java",
        "queue and worker per partition, Java (TP-3)",
        &make_queue_per_partition_java},
    BaselineRow{
        "queue_per_partition_python",
        "queue and worker per partition, Python (TP-3)",
        &make_queue_per_partition_python},
    BaselineRow{
        "future_per_record",
        "future per record, commit on completion (TP-4)",
        &make_future_per_record},
    BaselineRow{
        "semaphore_async",
        "asynchronous with a semaphore, commit when idle (TP-5)",
        &make_semaphore_async},
    BaselineRow{"key_chains", "a chain of futures per key (TP-6)", &make_key_chains},
    BaselineRow{
        "minute_rule", "commit in order, but pass a gap after a minute (TS-9)", &make_minute_rule},
};

}  // namespace

std::span<const BaselineRow> baseline_rows() {
    return rows;
}

}  // namespace odradek::sim
