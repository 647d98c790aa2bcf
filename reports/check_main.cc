// The program `odradek-check`: the gate before a deploy.

#include "engine/cli/command.h"
#include "reports/check.h"
#include "reports/check_page.h"
#include "reports/distribution_page.h"
#include "scenarios/catalog.h"
#include "scenarios/commands.h"
#include "scenarios/scenario_text.h"
#include "scenarios/seed.h"

#include <algorithm>
#include <filesystem>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <unistd.h>

namespace odradek::reports {

namespace {

namespace fs = std::filesystem;

struct CheckArguments {
    std::string deployment;
    std::string out = "build/reports/check";
    std::string format = "text";
    std::string junit;
    std::uint64_t from = 1;
    std::size_t jobs = 0;
};

/// The deployment of the repository: reports/sample, from wherever the program was built.
fs::path sample_deployment() {
    std::error_code failed;
    const fs::path self = fs::read_symlink("/proc/self/exe", failed);
    for (const fs::path& start : {self.parent_path(), fs::current_path()}) {
        for (fs::path folder = start; folder.has_relative_path(); folder = folder.parent_path()) {
            for (const char* place : {"reports/sample", "share/odradek/sample"}) {
                const fs::path file = folder / place / "orders.yaml";
                if (fs::exists(file, failed)) return file;
            }
        }
    }
    return "reports/sample/orders.yaml";
}

void show_progress(const std::string& stage, std::size_t done, std::size_t of) {
    if (isatty(STDERR_FILENO) != 1) return;
    fmt::print(stderr, "\r{} {}/{}   {}", stage, done, of, done == of ? "\n" : "");
}

/// Failed scenarios, then the page and the JSON; false when one cannot be written.
bool write_report(CheckResult& result, const fs::path& folder, const std::string& junit) {
    if (result.spread) {
        const fs::path pictures = folder / "pictures";
        std::error_code failed;  // told with the first picture
        fs::create_directories(pictures, failed);
        auto figures =
            draw_figures(result.spread->report, result.spread->census, pictures.string());
        if (!figures) {
            report_error(to_string(figures.error()), "the report needs gnuplot");
            return false;
        }
        result.figures = std::move(*figures);
    }
    if (!junit.empty() && !scenarios::write_file(junit, check_junit(result))) return false;
    for (Failure& failure : result.failures) {
        const auto scenario =
            std::ranges::find(result.scenarios, failure.scenario, &scenarios::full_name);
        const fs::path path = folder / "failures" / failure.file;
        if (!scenarios::write_file(path, scenarios::scenario_yaml(*scenario))) return false;
        failure.file = path.string();
    }
    return scenarios::write_file(folder / "check.html", check_html(result)) &&
           scenarios::write_file(folder / "check.json", check_json(result));
}

ExitCode run(std::span<const std::string> arguments) {
    CheckArguments values;
    CLI::App app("the gate before a deploy: one report, one exit code", "odradek check");
    app.add_option(
        "DEPLOYMENT", values.deployment, "deployment file (default: the sample of the repository)"
    );
    app.add_option("-o,--out", values.out, "folder of the report")->capture_default_str();
    app.add_option("--junit", values.junit, "gates and scenarios as JUnit XML");
    scenarios::add_seed(app, "--from", values.from, "first seed (default 1)");
    app.add_option("--jobs", values.jobs, "processes (default: one a core)");
    scenarios::add_format(app, values.format);
    app.footer("Example: odradek check orders.yaml --out build/reports/orders");
    if (const auto ended = scenarios::parse_command_line(app, arguments)) return *ended;

    const fs::path path =
        values.deployment.empty() ? sample_deployment() : fs::path(values.deployment);
    const auto deployment = load_deployment(path);
    if (!deployment) return scenarios::report_mistakes(deployment.error());
    // Before minutes of work: is there a place for the report?
    if (!scenarios::write_file(fs::path(values.out) / "check.json", "{}\n")) {
        return ExitCode::environment;
    }
    CheckOptions options{.first_seed = values.from, .jobs = values.jobs, .progress = show_progress};
    if (options.jobs == 0) options.jobs = std::max(1U, std::thread::hardware_concurrency());
    auto result = check(*deployment, options);
    if (!result) return scenarios::report_mistakes(result.error());
    if (!write_report(*result, values.out, values.junit)) return ExitCode::environment;
    fmt::print("{}", values.format == "json" ? check_json(*result) : check_text(*result));
    if (values.format == "text") {
        fmt::print("report: {}\n", (fs::path(values.out) / "check.html").string());
    }
    return result->passed() ? ExitCode::passed : ExitCode::not_held;
}

}  // namespace

}  // namespace odradek::reports

int main(int argc, char** argv) {
    // As the verb of a program of one verb: broken contracts and exit codes end in one place.
    const odradek::Command check{"check", "the gate before a deploy", &odradek::reports::run};
    std::vector<std::string> arguments{"check"};
    arguments.insert(arguments.end(), argv + 1, argv + argc);
    return odradek::run_program("odradek", {&check, 1}, arguments);
}
