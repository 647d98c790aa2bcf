// Every arm on a real broker, small.

#include "engine/local_kafka/kafka_fixture.h"
#include "reports/compare/arm.h"
#include "reports/compare/measure.h"

namespace odradek::reports {

using MeasureTest = local_kafka::KafkaTest;

TEST_F(MeasureTest, TK5_every_arm_handles_every_record_once) {
    Plan plan{.repeat = 1, .cells = {{.workload = {.records = 2'000, .partitions = 3}}}};
    plan.cells[0].workload.handler = {
        .kind = HandlerWork::Kind::sleep,
        .low = std::chrono::microseconds{1},
        .high = std::chrono::microseconds{100}};
    for (const ArmRow& row : arm_rows()) {
        plan.cells[0].arms.emplace_back(row.name);
    }
    const auto results = measure(plan, {.brokers = bootstrap()});
    ASSERT_TRUE(results.has_value()) << to_string(results.error());
    ASSERT_EQ(results->size(), arm_rows().size());
    for (const ArmResult& result : *results) {
        ASSERT_EQ(result.runs.size(), 1U);
        const ArmRun& run = result.runs[0];
        EXPECT_EQ(run.failure, "") << result.arm;
        EXPECT_EQ(run.handled, 2'000U) << result.arm;
        EXPECT_EQ(run.replayed, 0U) << result.arm;
        EXPECT_GT(run.elapsed_s, 0) << result.arm;
        const bool promises_order = result.arm == "engine-key" || result.arm == "vanilla";
        EXPECT_TRUE(!promises_order || result.invariants_broken.empty()) << result.arm;
    }
}

}  // namespace odradek::reports
