#include "scenarios/catalog.h"
#include "scenarios/commands.h"

#include <array>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace odradek::scenarios {

namespace {

using Json = nlohmann::json;

void print(const std::vector<Scenario>& scenarios) {
    std::string_view group;
    for (const Scenario& scenario : scenarios) {
        if (scenario.group != group)
            fmt::print("{}{}\n", group.empty() ? "" : "\n", scenario.group);
        group = scenario.group;
        fmt::print("  {:<34} {}\n", scenario.name, scenario.title);
    }
}

}  // namespace

ExitCode list_command(std::span<const std::string> arguments) {
    std::string format = "text";
    CLI::App app("the scenarios of the catalogue, one line each", "odradek chaos list");
    add_format(app, format);
    app.footer("Example: odradek chaos list --format json");
    if (const auto ended = parse_command_line(app, arguments)) return *ended;
    const std::array<std::string, 1> all{"all"};
    const auto scenarios = load_scenarios(all);
    if (!scenarios) return report_mistakes(scenarios.error());
    if (format == "text") {
        print(*scenarios);
        return ExitCode::passed;
    }
    Json list = Json::array();
    for (const Scenario& scenario : *scenarios) {
        list.push_back(
            {{"name", full_name(scenario)}, {"group", scenario.group}, {"title", scenario.title}}
        );
    }
    fmt::print("{}\n", Json{{"scenarios", list}}.dump(2));
    return ExitCode::passed;
}

}  // namespace odradek::scenarios
