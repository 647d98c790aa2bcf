#include "reports/compare/machine.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace odradek::reports {

TEST(Machine, TK5_names_itself) {
    const Machine machine = this_machine();
    EXPECT_FALSE(machine.processor.empty());
    EXPECT_GT(machine.cores, 0U);
    EXPECT_GT(machine.memory_gib, 0.1);
    EXPECT_TRUE(machine.system.starts_with("Linux "));
    EXPECT_FALSE(machine.librdkafka.empty());
}

TEST(Machine, TK5_reads_the_cpu_time_of_a_process) {
    double before = cpu_s_of({getpid()});
    volatile std::uint64_t sum = 0;
    while (cpu_s_of({getpid()}) - before < 0.02) {  // two ticks
        for (int step = 0; step < 1'000'000; ++step) {
            sum = sum + 1;
        }
    }
    EXPECT_EQ(cpu_s_of({}), 0.0);
}

}  // namespace odradek::reports
