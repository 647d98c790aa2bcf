#include "engine/base/random.h"
#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/map_size.h"

#include <benchmark/benchmark.h>

namespace odradek {

namespace {

constexpr EncodeOptions without_limit{.units_max = std::int64_t{1} << 40};

/// `offsets` offsets, of which `open_permille` in a thousand are open.
OffsetMap random_map(std::int64_t offsets, std::uint64_t open_permille) {
    Random random{1};
    std::vector<OffsetRange> done;
    for (std::int64_t offset = 1; offset < offsets; ++offset) {
        if (random.chance({.part = open_permille, .whole = 1'000})) continue;
        done.push_back({Offset{offset}, Offset{offset + 1}});
    }
    return make_offset_map(Offset{0}, std::move(done));
}

void encode_map(benchmark::State& state) {
    const OffsetMap map = random_map(state.range(0), static_cast<std::uint64_t>(state.range(1)));
    for ([[maybe_unused]] const auto step : state) {
        benchmark::DoNotOptimize(encode(map, without_limit));
    }
}
BENCHMARK(encode_map)
    ->Args({1'000'000, 50})
    ->Args({100'000, 10})
    ->Args({46'000, 500})
    ->Unit(benchmark::kMicrosecond);

void decode_map(benchmark::State& state) {
    const OffsetMap map = random_map(state.range(0), static_cast<std::uint64_t>(state.range(1)));
    const std::string text = *encode(map, without_limit);
    for ([[maybe_unused]] const auto step : state) {
        benchmark::DoNotOptimize(decode(text, Offset{0}, std::nullopt));
    }
}
BENCHMARK(decode_map)
    ->Args({1'000'000, 50})
    ->Args({100'000, 10})
    ->Args({46'000, 500})
    ->Unit(benchmark::kMicrosecond);

/// One record through may_start, start and finish, with 64 in flight that finish in any order.
void track_record(benchmark::State& state) {
    MapSize size{{.next_to_read = Offset{0}, .completed = {}}, {}};
    Random random{1};
    std::vector<std::int64_t> running;
    std::int64_t next = 0;
    for ([[maybe_unused]] const auto step : state) {
        benchmark::DoNotOptimize(size.may_start(Offset{next}));
        size.start(Offset{next});
        running.push_back(next++);
        if (running.size() < 64) continue;
        const std::size_t picked = random.below(running.size());
        size.finish(Offset{running[picked]});
        running[picked] = running.back();
        running.pop_back();
    }
}
BENCHMARK(track_record);

void ask_size(benchmark::State& state) {
    const MapSize size{random_map(100'000, 10), {}};
    for ([[maybe_unused]] const auto step : state) {
        benchmark::DoNotOptimize(size.units());
    }
}
BENCHMARK(ask_size);

}  // namespace

}  // namespace odradek
