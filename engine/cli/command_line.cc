#include "engine/cli/command_line.h"

#include "engine/base/nearest.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace odradek {

namespace {

/// The verb that was reached: `odradek kafka start` rather than `odradek kafka`.
const CLI::App& innermost(const CLI::App& app) {
    const auto parsed = app.get_subcommands();
    return parsed.empty() ? app : innermost(*parsed.front());
}

std::string full_name(const CLI::App& app) {
    return app.get_parent() == nullptr ? app.get_name()
                                       : full_name(*app.get_parent()) + " " + app.get_name();
}

std::string nearest_of(std::string_view word, const std::vector<std::string>& names) {
    const std::vector<std::string_view> known(names.begin(), names.end());
    return nearest(word, known);
}

std::vector<std::string> options_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            names.push_back("--" + name);
        }
    }
    return names;
}

std::vector<std::string> verbs_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(verb->get_name());
    }
    return names;
}

void add_exit_codes(CLI::App& app) {
    const std::string before = app.get_footer();
    app.footer(before + (before.empty() ? "" : "\n\n") + exit_codes_help);
    for (CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
        add_exit_codes(*verb);
    }
}

}  // namespace

UsageMistake usage_mistake(const CLI::App& app, const CLI::ParseError& error) {
    const CLI::App& verb = innermost(app);
    const std::string help = full_name(verb) + " --help";
    const std::vector<std::string> words = app.remaining(true);
    const auto option = std::ranges::find_if(words, [](const std::string& word) {
        return word.starts_with('-') && word.size() > 1;
    });
    if (option != words.end()) {
        const std::string near = nearest_of(option->substr(0, option->find('=')), options_of(verb));
        return {
            "unknown option '" + *option + "'", near.empty() ? help : "did you mean " + near + "?"};
    }
    const std::vector<std::string> verbs = verbs_of(verb);
    if (!words.empty() && !verbs.empty()) {
        const std::string near = nearest_of(words.front(), verbs);
        return {
            "unknown command '" + words.front() + "'",
            near.empty() ? help : "did you mean '" + near + "'?"};
    }
    if (!words.empty()) return {"unexpected '" + words.front() + "'", help};
    if (!verbs.empty()) return {"which of its commands?", help};
    return {error.what(), help};
}

std::optional<ExitCode> parse_command_line(CLI::App& app, std::span<const std::string> arguments) {
    add_exit_codes(app);
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::Success& help) {
        app.exit(help);
        return ExitCode::passed;
    } catch (const CLI::ParseError& error) {
        const UsageMistake mistake = usage_mistake(app, error);
        report_error(mistake.what, mistake.remedy);
        return ExitCode::usage;
    }
    return std::nullopt;
}

}  // namespace odradek
