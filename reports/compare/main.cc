// The program `odradek-compare`: throughput of strategies, side by side.

#include "engine/cli/command.h"
#include "engine/config/units.h"
#include "engine/kafka/admin.h"
#include "engine/local_kafka/local_kafka.h"
#include "reports/compare/arm.h"
#include "reports/compare/child.h"
#include "reports/compare/comparison_text.h"
#include "reports/compare/gate.h"
#include "reports/compare/page.h"
#include "reports/compare/simulated.h"
#include "scenarios/commands.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

namespace odradek::reports {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct CompareArguments {
    std::string plan = "no-op";
    std::string brokers;
    bool local_kafka = false;
    bool simulated = false;
    std::string format = "text";
    std::string out;
    std::string baseline;
    std::optional<Ratio> max_loss;
    PlanChanges changes;
};

std::string list_of_arms() {
    std::string text = "Arms:\n";
    for (const ArmRow& row : arm_rows()) {
        text += fmt::format("  {:<20} {}\n", row.name, row.summary);
    }
    text += "Plans:\n";
    for (const Preset& preset : presets()) {
        const std::size_t end = preset.yaml.find('\n');
        text += fmt::format("  {:<20} {}\n", preset.name, preset.yaml.substr(2, end - 2));
    }
    return text + "Example: odradek compare no-op --local-kafka --repeat 5";
}

/// An option whose text `parse` reads; CLI11 reports what it expected.
template <typename Value>
void add_parsed(
    CLI::App& app,
    const std::string& name,
    std::optional<Value>& into,
    std::expected<Value, std::string> (*parse)(std::string_view),
    const std::string& what
) {
    app.add_option_function<std::string>(
           name, [&into, parse](const std::string& text) { into = *parse(text); }, what
    )
        ->check([parse](const std::string& text) {
            const auto value = parse(text);
            return value ? std::string() : "expected " + value.error();
        })
        ->type_name("");
}

std::expected<std::vector<std::string>, std::string> parse_arms(std::string_view text) {
    std::vector<std::string> arms;
    std::istringstream input{std::string(text)};
    std::vector<std::string_view> names;
    for (const ArmRow& row : arm_rows()) {
        names.push_back(row.name);
    }
    for (std::string arm; std::getline(input, arm, ',');) {
        if (find_arm(arm) == nullptr) {
            const std::string near = nearest(arm, names);
            return std::unexpected(
                "known arms (--help lists them), found '" + arm + "'" +
                (near.empty() ? "" : "; did you mean '" + near + "'?")
            );
        }
        arms.push_back(arm);
    }
    if (arms.empty()) return std::unexpected(std::string("a list of arms with commas between"));
    return arms;
}

void add_options(CLI::App& app, CompareArguments& values) {
    PlanChanges& changes = values.changes;
    app.add_option("PLAN", values.plan, "a plan's name, or a file (default: no-op)");
    app.add_option("--brokers", values.brokers, "measure on this cluster, HOST:PORT");
    app.add_flag("--local-kafka", values.local_kafka, "measure on a Kafka started for it");
    app.add_flag("--simulated", values.simulated, "in virtual time, without a broker");
    add_parsed(app, "--arms", changes.arms, &parse_arms, "arms instead of the plan's, with commas");
    app.add_option("--records", changes.records)->check(CLI::Range(1ULL, 1'000'000'000ULL));
    app.add_option("--partitions", changes.partitions)->check(CLI::Range(1, 10'000));
    add_parsed(app, "--keys", changes.keys, &parse_keys, "N, or zipf:N:EXPONENT");
    app.add_option("--value-bytes", changes.value_bytes)->check(CLI::Range(8, 1'000'000));
    add_parsed(
        app,
        "--handler",
        changes.handler,
        &parse_handler_work,
        "noop, sleep:0-5ms, async:20ms, cpu:50us"
    );
    app.add_option("--concurrency", changes.concurrency)->check(CLI::Range(1, 1'000'000));
    app.add_option("--members", changes.members)->check(CLI::Range(1, 1'000));
    app.add_option("--repeat", changes.repeat, "runs of each arm")->check(CLI::Range(1, 1'000));
    scenarios::add_format(app, values.format);
    app.add_option("-o,--out", values.out, "folder for the page, its pictures, CSV and JSON");
    app.add_option("--baseline", values.baseline, "compare.json of an earlier run: the gate");
    add_parsed(app, "--max-loss", values.max_loss, &parse_ratio, "the gate's limit (default 10%)");
    app.footer(list_of_arms());
}

void show_progress(const std::string& what) {
    if (isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r\033[K{}", what);
}

/// Whether somebody answers, asked in a process of its own: librdkafka's threads stay out of ours.
ExitCode check_brokers(const std::string& brokers) {
    const auto answer = run_in_child(
        [&] {
            const auto admin = kafka::Admin::open(brokers, 10s);
            return admin ? std::string() : to_string(admin.error());
        },
        30s
    );
    if (answer && answer->empty()) return ExitCode::passed;
    report_error(answer ? *answer : answer.error(), "name a broker with --brokers HOST:PORT");
    return ExitCode::environment;
}

bool write_results(const Comparison& comparison, const fs::path& folder) {
    const bool has_data =
        scenarios::write_file(folder / "compare.csv", comparison_csv(comparison)) &&
        scenarios::write_file(folder / "compare.json", comparison_json(comparison)) &&
        scenarios::write_file(folder / "compare.txt", comparison_text(comparison));
    if (!has_data) return false;
    const auto page = write_comparison_page(comparison, folder.string());
    if (!page) report_error(to_string(page.error()), "install gnuplot-nox");
    return page.has_value();
}

/// The ratios of the file that --baseline names; empty without one.
std::expected<std::vector<EarlierRatio>, std::string> baseline_of(const CompareArguments& values) {
    if (values.baseline.empty()) return std::vector<EarlierRatio>{};
    std::ifstream input(values.baseline, std::ios::binary);
    std::ostringstream text;
    text << input.rdbuf();
    if (!input) return std::unexpected(values.baseline + " cannot be read");
    auto ratios = read_ratios(text.str());
    if (!ratios) return std::unexpected(values.baseline + " " + ratios.error());
    return ratios;
}

/// Whether every run handled every record, and no arm lost against the baseline.
ExitCode judge(const Comparison& comparison, const CompareArguments& values) {
    const bool has_failed = std::ranges::any_of(comparison.results, &ArmResult::has_failed);
    ExitCode verdict = has_failed ? ExitCode::not_held : ExitCode::passed;
    const Ratio limit = values.max_loss.value_or(Ratio{.part = 1, .whole = 10});
    const double loss_max = static_cast<double>(limit.part) / static_cast<double>(limit.whole);
    for (const Regression& lost : regressions(
             comparison, baseline_of(values).value_or(std::vector<EarlierRatio>{}), loss_max
         )) {
        fmt::print(
            stderr,
            "gate: {} has {:.0f} % of its cell's first arm and had {:.0f} %: {}\n",
            lost.arm,
            100 * lost.is,
            100 * lost.was,
            lost.workload
        );
        verdict = ExitCode::not_held;
    }
    return verdict;
}

ExitCode show(const Comparison& comparison, const CompareArguments& values) {
    if (!values.out.empty() && !write_results(comparison, values.out)) {
        return ExitCode::environment;
    }
    const bool is_json = values.format == "json";
    fmt::print("{}", is_json ? comparison_json(comparison) : comparison_text(comparison));
    if (!values.out.empty() && !is_json) {
        fmt::print("\nreport: {}\n", (fs::path(values.out) / "compare.html").string());
    }
    return judge(comparison, values);
}

ExitCode simulate_and_show(
    const Plan& plan, const CompareArguments& values, Comparison comparison
) {
    comparison.results =
        simulate_plan(plan, calibrate(), [](const std::string& arm, const std::string& why) {
            fmt::print(stderr, "odradek: {} is left out: {}\n", arm, why);
        });
    if (comparison.results.empty()) {
        report_error("nothing of this plan can be simulated", "measure it with --local-kafka");
        return ExitCode::usage;
    }
    return show(comparison, values);
}

ExitCode measure_and_show(
    const Plan& plan, const CompareArguments& values, Comparison comparison, MeasureOptions options
) {
    options.progress = show_progress;
    auto results = measure(plan, options);
    if (isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r\033[K");
    if (!results) {
        report_error(to_string(results.error()));
        return ExitCode::environment;
    }
    comparison.results = std::move(*results);
    return show(comparison, values);
}

ExitCode on_local_kafka(const Plan& plan, const CompareArguments& values, Comparison comparison) {
    auto kafka = local_kafka::OwnedKafka::start({.name = fmt::format("compare-{}", getpid())});
    if (!kafka) {
        report_error(kafka.error().what, kafka.error().remedy);
        return ExitCode::environment;
    }
    MeasureOptions options{.brokers = (*kafka)->bootstrap()};
    for (const local_kafka::Node& node : (*kafka)->nodes()) {
        options.broker_processes.push_back(node.process.number);
    }
    return measure_and_show(plan, values, std::move(comparison), std::move(options));
}

ExitCode run(std::span<const std::string> arguments) {
    CompareArguments values;
    CLI::App app("throughput of strategies, side by side", "odradek compare");
    add_options(app, values);
    if (const auto ended = scenarios::parse_command_line(app, arguments)) return *ended;
    const int worlds =
        int{values.local_kafka} + int{values.simulated} + int{!values.brokers.empty()};
    if (worlds != 1) {
        report_error(
            "say where to measure", "one of --simulated, --local-kafka and --brokers HOST:PORT"
        );
        return ExitCode::usage;
    }
    auto plan = load_plan(values.plan);
    if (!plan) return scenarios::report_mistakes(plan.error());
    change(*plan, values.changes);
    if (const auto baseline = baseline_of(values); !baseline) {
        report_error(baseline.error(), "give a compare.json that `--out` wrote");
        return ExitCode::usage;
    }
    if (!values.out.empty() && !scenarios::write_file(fs::path(values.out) / "compare.csv", "")) {
        return ExitCode::environment;  // before minutes of work
    }
    Comparison comparison{.plan = plan->name, .command = "odradek compare"};
    for (const std::string& word : arguments) {
        comparison.command += " " + word;
    }
    comparison.machine = this_machine();
    if (values.simulated) return simulate_and_show(*plan, values, std::move(comparison));
    if (values.local_kafka) return on_local_kafka(*plan, values, std::move(comparison));
    if (const ExitCode answer = check_brokers(values.brokers); answer != ExitCode::passed) {
        return answer;
    }
    return measure_and_show(*plan, values, std::move(comparison), {.brokers = values.brokers});
}

}  // namespace

}  // namespace odradek::reports

int main(int argc, char** argv) {
    // As the verb of a program of one verb: broken contracts and exit codes end in one place.
    const odradek::Command compare{
        "compare", "throughput of strategies, side by side", &odradek::reports::run};
    std::vector<std::string> arguments{"compare"};
    arguments.insert(arguments.end(), argv + 1, argv + argc);
    return odradek::run_program("odradek", {&compare, 1}, arguments);
}
