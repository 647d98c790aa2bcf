// Builds every canary, runs it, and says which law caught it after how many cases. Exit code 1 when
// one was not caught.
//
// usage: odradek-canaries [--seed N] [--jobs J] [--write FILE] [NAME...]

#include "property-tests/canaries/canary.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

namespace odradek::canary {

namespace {

namespace fs = std::filesystem;

struct Arguments {
    std::uint64_t seed = 20'240'601;
    std::size_t jobs = std::max(1U, std::thread::hardware_concurrency());
    std::string write;
    std::vector<std::string> names;
};

struct Row {
    Canary canary;
    Verdict verdict;
    double seconds = 0;
};

std::string table(const std::vector<Row>& rows) {
    std::string text =
        "| canary | defect | whose | caught by | after | counterexample "
        "|\n|---|---|---|---|---|---|\n";
    for (const auto& [canary, verdict, seconds] : rows) {
        const bool is_sweep = canary.program == "odradek-chaos";
        text += fmt::format(
            "| {} | {} | {} | {} | {} of {} {} | {} |\n",
            canary.name,
            canary.defect,
            canary.source,
            canary.law,
            !verdict.is_caught   ? "none"
            : verdict.after == 0 ? "a crash"
                                 : std::to_string(verdict.after),
            canary.within,
            is_sweep ? "seeds" : "cases",
            verdict.size == 0 ? "–" : std::to_string(verdict.size) + " lines"
        );
    }
    return text;
}

/// Every canary of the folder, or the named ones. Mistakes are printed; then the answer is empty.
std::vector<Row> read_all(const fs::path& folder, const std::vector<std::string>& names) {
    std::vector<Row> rows;
    bool is_good = true;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().stem();
        const bool is_wanted = names.empty() || std::ranges::count(names, name) > 0;
        if (entry.path().extension() != ".patch" || !is_wanted) continue;
        std::ostringstream text;
        text << std::ifstream{entry.path()}.rdbuf();
        auto canary = parse_canary(name, text.str());
        if (canary) {
            rows.push_back({.canary = *std::move(canary), .verdict = {}});
        } else {
            is_good = false;
            fmt::print(stderr, "{}: {}\n", entry.path().string(), canary.error());
        }
    }
    std::ranges::sort(rows, {}, [](const Row& row) { return row.canary.name; });
    return is_good ? rows : std::vector<Row>{};
}

void try_all(std::vector<Row>& rows, const Workshop& workshop, std::size_t jobs) {
    std::atomic<std::size_t> next = 0;
    std::mutex printing;
    const auto work = [&] {
        for (std::size_t at = next++; at < rows.size(); at = next++) {
            Row& row = rows[at];
            const auto begin = std::chrono::steady_clock::now();
            row.verdict = try_canary(row.canary, workshop);
            row.seconds =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            const std::scoped_lock lock{printing};
            fmt::print(
                "{:<7} {:<44} {:>5} {:>5.1f} s  {}\n",
                row.verdict.is_caught ? "caught" : "MISSED",
                row.canary.name,
                row.verdict.after,
                row.seconds,
                row.verdict.why
            );
            std::fflush(stdout);
        }
    };
    std::vector<std::jthread> workers;
    for (std::size_t job = 0; job < jobs; ++job) {
        workers.emplace_back(work);
    }
}

int run(const Arguments& arguments) {
    const Workshop workshop{
        .sources = ODRADEK_SOURCES, .build = ODRADEK_BUILD, .seed = arguments.seed};
    std::vector<Row> rows = read_all(workshop.sources / "property-tests/canaries", arguments.names);
    if (rows.empty()) {
        fmt::print(stderr, "there is nothing to try\n");
        return 2;
    }
    fs::create_directories(workshop.build / "canaries");
    fmt::print("{} canaries, seed {} (--seed)\n", rows.size(), workshop.seed);
    const auto begin = std::chrono::steady_clock::now();
    try_all(rows, workshop, arguments.jobs);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const auto caught = static_cast<std::size_t>(std::ranges::count_if(rows, [](const Row& row) {
        return row.verdict.is_caught;
    }));
    const std::string report = table(rows);
    std::ofstream{workshop.build / "canaries/table.md"} << report;
    if (!arguments.write.empty()) std::ofstream{arguments.write} << report;
    fmt::print("\n{}\n{} of {} caught in {:.0f} s\n", report, caught, rows.size(), seconds);
    return caught == rows.size() ? 0 : 1;
}

}  // namespace

}  // namespace odradek::canary

int main(int argc, char** argv) {
    odradek::canary::Arguments arguments;
    CLI::App app{"Builds engines that are broken on purpose and sees that the laws catch them."};
    app.add_option("--seed", arguments.seed, "first seed of the generated cases");
    app.add_option("--jobs", arguments.jobs, "canaries at a time");
    app.add_option("--write", arguments.write, "keep the table in this file, too");
    app.add_option("NAME", arguments.names, "only these");
    CLI11_PARSE(app, argc, argv);
    return odradek::canary::run(arguments);
}
