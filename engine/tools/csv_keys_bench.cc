#include "engine/base/random.h"
#include "engine/tools/csv_row.h"
#include "engine/tools/distribution.h"
#include "engine/tools/key_counter.h"
#include "engine/tools/key_source.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>

#include <benchmark/benchmark.h>
#include <csv.h>
#include <fmt/format.h>
#include <unistd.h>

namespace odradek {

namespace {

constexpr std::uint64_t rows = 10'000'000;

/// Which key a row has.
enum class Draw : std::int64_t {
    uniform,  ///< each of the distinct keys alike
    zipf,     ///< the n-th with a weight of about 1 / n
    once,     ///< every row its own
};

/// A CSV file that is removed at the end. `columns` 1 or 4; keys drawn from `distinct`.
class SampleFile {
public:
    SampleFile(
        std::int64_t columns, std::int64_t distinct, bool is_quoted, Draw draw = Draw::uniform
    ) {
        const int file = mkstemps(path_.data(), 4);
        if (file >= 0) close(file);
        std::ofstream out(path_, std::ios::binary);
        Random random{1};
        out << (columns == 1 ? "customer_id\n" : "time,customer_id,amount,country\n");
        for (std::uint64_t row = 0; row < rows; ++row) {
            const std::uint64_t id = draw_key(random, draw, row, distinct);
            const char* const quote = is_quoted ? "\"" : "";
            if (columns == 1) {
                out << fmt::format("{}user-{:07}{}\n", quote, id, quote);
            } else {
                out << fmt::format(
                    "2024-01-01T00:00:00Z,{}user-{:07}{},{},DE\n", quote, id, quote, row % 1000
                );
            }
        }
    }
    SampleFile(const SampleFile&) = delete;
    SampleFile& operator=(const SampleFile&) = delete;
    ~SampleFile() { (void)std::remove(path_.c_str()); }

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    static std::uint64_t draw_key(
        Random& random, Draw draw, std::uint64_t row, std::int64_t distinct
    ) {
        const auto count = static_cast<std::uint64_t>(distinct);
        if (draw == Draw::uniform) return random.below(count);
        if (draw == Draw::once) return row * 7'654'321 % count;  // prime to the count
        constexpr std::uint64_t steps = 1ULL << 53U;
        const double part = static_cast<double>(random.below(steps)) / static_cast<double>(steps);
        return static_cast<std::uint64_t>(std::exp(part * std::log(static_cast<double>(count))));
    }

    std::string path_ = "odradek_csv_bench_XXXXXX.csv";
};

void count_rate(benchmark::State& state) {
    state.counters["keys/s"] = benchmark::Counter(
        static_cast<double>(rows) * static_cast<double>(state.iterations()),
        benchmark::Counter::kIsRate
    );
}

void read_keys(benchmark::State& state) {
    const SampleFile file{state.range(0), state.range(1), state.range(2) != 0};
    for (auto _ : state) {
        auto source = open_key_source({.path = file.path(), .key_column = "customer_id"}).value();
        std::size_t count = 0;
        for (auto batch = source->next(); !batch.empty(); batch = source->next()) {
            count += batch.size();
        }
        if (count != rows) state.SkipWithError("rows are missing");
    }
    count_rate(state);
}

void read_and_count_keys(benchmark::State& state) {
    const SampleFile file{state.range(0), state.range(1), state.range(2) != 0};
    KeyCounterOptions options;
    if (state.range(3) != 0) options.exact_keys_max = static_cast<std::size_t>(state.range(3));
    for (auto _ : state) {
        auto source = open_key_source({.path = file.path(), .key_column = "customer_id"}).value();
        KeyCounter counter{options, nullptr};
        for (auto batch = source->next(); !batch.empty(); batch = source->next()) {
            counter.add(batch);
        }
        benchmark::DoNotOptimize(counter.census());
    }
    count_rate(state);
}

/// All that `odradek distribution --keys FILE --partitions 12` does but the printing: PF-9.
void judge_keys(benchmark::State& state) {
    const SampleFile file{state.range(0), state.range(1), false, static_cast<Draw>(state.range(2))};
    const Layout layout{
        .partitioner = Reducer::named("murmur2"),
        .partitions = 12,
        .virtual_partitions = static_cast<std::uint32_t>(state.range(3))};
    for (auto _ : state) {
        auto source = open_key_source({.path = file.path(), .key_column = "customer_id"}).value();
        LaneLoads loads{layout};
        KeyCounter counter{{}, &loads};
        for (auto batch = source->next(); !batch.empty(); batch = source->next()) {
            counter.add(batch);
        }
        const KeyCensus census = counter.census();
        const Distribution judged = judge_distribution(census, loads, {});
        if (judged.weight != rows) state.SkipWithError("rows are missing");
    }
    count_rate(state);
}

/// libcsv alone, fields thrown away: what the fast path is measured against.
void split_with_libcsv_alone(benchmark::State& state) {
    const SampleFile file{state.range(0), state.range(1), state.range(2) != 0};
    for (auto _ : state) {
        csv_parser parser{};
        csv_init(&parser, CSV_STRICT);
        std::size_t fields = 0;
        std::string chunk(1UL << 20U, '\0');
        std::ifstream in(file.path(), std::ios::binary);
        while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0
        ) {
            csv_parse(
                &parser,
                chunk.data(),
                static_cast<std::size_t>(in.gcount()),
                [](void*, std::size_t, void* count) { ++*static_cast<std::size_t*>(count); },
                nullptr,
                &fields
            );
        }
        csv_free(&parser);
        benchmark::DoNotOptimize(fields);
    }
    count_rate(state);
}

}  // namespace

// columns, distinct keys, quoted keys
BENCHMARK(split_with_libcsv_alone)
    ->Args({1, 1'000'000, 0})
    ->Args({4, 1'000'000, 0})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(read_keys)
    ->Args({1, 1'000'000, 0})
    ->Args({4, 1'000'000, 0})
    ->Args({4, 1'000'000, 1})
    ->Unit(benchmark::kMillisecond);
// the last: distinct keys counted exactly, 0 for the default
BENCHMARK(read_and_count_keys)
    ->Args({1, 1'000'000, 0, 0})
    ->Args({4, 1'000'000, 0, 0})
    ->Args({4, 1'000'000, 1, 0})
    ->Args({1, 1'000'000'000, 0, 0})
    ->Args({1, 1'000'000'000, 0, 1'000'000})
    ->Unit(benchmark::kMillisecond);
// columns, distinct keys, how drawn (0 alike, 1 by Zipf's law, 2 each once), virtual partitions
BENCHMARK(judge_keys)
    ->Args({1, 1'000'000, 0, 0})
    ->Args({1, 1'000'000, 1, 0})
    ->Args({1, 1'000'000, 1, 10})
    ->Args({4, 1'000'000, 1, 0})
    ->Args({1, 10'000'000, 2, 0})
    ->Args({1, 10'000'000, 2, 10})
    ->Args({4, 10'000'000, 2, 0})
    ->Unit(benchmark::kMillisecond);

}  // namespace odradek
