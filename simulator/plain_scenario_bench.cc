// PF-7: handled records a second of real time, on one core, in the plain scenario: one broker, one
// member, six partitions, 10,000 keys, nothing breaks.

#include "simulator/world.h"

#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace odradek::sim {
namespace {

using namespace std::chrono_literals;

/// Counts and forgets: what a trace costs to write or hash is not the simulator's.
class Discard final : public TraceSink {
public:
    void observe(const TraceEvent& event) override {
        events += event.at.time_since_epoch().count() >= 0;
    }
    std::uint64_t events = 0;
};

WorldOptions plain(Distribution latency) {
    WorldOptions options;
    options.topics = {{.name = "orders", .partitions = 6}};
    MemberSpec member;
    member.engine.concurrency_max = 16;
    member.engine.queue_ahead = 16;
    member.handler.latency = latency;
    options.members = {member};
    return options;
}

void handle_all(benchmark::State& state, Distribution latency) {
    const auto records = static_cast<int>(state.range(0));
    std::vector<std::string> keys;
    for (int i = 0; i < 10'000; ++i)
        keys.push_back("key-" + std::to_string(i));
    for (auto _ : state) {
        Discard sink;
        World world{plain(latency), sink};
        for (int i = 0; i < records; ++i) {
            const int key = static_cast<int>((static_cast<std::int64_t>(i) * 7919) % 10'000);
            world.produce(
                {.topic = 0,
                 .partition = PartitionId{key % 6},
                 .key = keys[static_cast<std::size_t>(key)]}
            );
        }
        if (!world.run_until_idle(Instant{100h}, 1s)) state.SkipWithError("not idle");
        if (world.handled() < static_cast<std::uint64_t>(records)) state.SkipWithError("lost");
        state.counters["virtual_s"] = static_cast<double>((world.now() - Instant{}).count()) / 1e9;
    }
    state.SetItemsProcessed(state.iterations() * records);
}

void NoOpHandler(benchmark::State& state) {
    handle_all(state, Distribution{});
}

void HandlerOfAMillisecond(benchmark::State& state) {
    handle_all(state, Distribution::fixed(1ms));
}

BENCHMARK(NoOpHandler)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(HandlerOfAMillisecond)->Arg(200'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace odradek::sim
