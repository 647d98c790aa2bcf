#include "engine/cli/command.h"

#include "odradek/contract.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

namespace odradek {

namespace {

void print_overview(std::FILE* file, std::string_view program, std::span<const Command> commands) {
    fmt::print(
        file, "usage: {} COMMAND [OPTIONS]   ({} COMMAND --help explains one)\n\n", program, program
    );
    for (const Command& command : commands) {
        fmt::print(file, "  {:<14} {}\n", command.name, command.summary);
    }
}

/// An unknown verb X of `odradek` is the program `odradek-X` beside it, as git does it.
void run_sibling(std::span<const std::string> arguments) {
    std::string self(4096, '\0');
    const ssize_t length = readlink("/proc/self/exe", self.data(), self.size());
    if (length <= 0) return;
    self.resize(static_cast<std::size_t>(length));
    const std::string sibling = self.substr(0, self.rfind('/') + 1) + "odradek-" + arguments[0];
    if (access(sibling.c_str(), X_OK) != 0) return;
    std::vector<char*> argv;
    std::vector<std::string> words(arguments.begin(), arguments.end());
    words[0] = sibling;
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    execv(sibling.c_str(), argv.data());
}

ExitCode unknown_command(
    std::string_view program, std::span<const Command> commands, const std::string& verb
) {
    std::vector<std::string_view> names;
    for (const Command& command : commands) {
        names.push_back(command.name);
    }
    const std::string near = nearest(verb, names);
    report_error(
        fmt::format("unknown command '{}'", verb),
        near.empty() ? fmt::format("{} --help lists the commands", program)
                     : fmt::format("did you mean '{}'?", near)
    );
    return ExitCode::usage;
}

ExitCode dispatch(
    std::string_view program,
    std::span<const Command> commands,
    std::span<const std::string> arguments
) {
    if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" ||
        arguments[0] == "help") {
        print_overview(arguments.empty() ? stderr : stdout, program, commands);
        return arguments.empty() ? ExitCode::usage : ExitCode::passed;
    }
    const auto found = std::ranges::find(commands, std::string_view{arguments[0]}, &Command::name);
    if (found != commands.end()) {
        if (found->run == nullptr) run_sibling(arguments);
        if (found->run != nullptr) return found->run(arguments.subspan(1));
        report_error(
            fmt::format("'{}' is not installed beside this program", found->name),
            "build or install all targets"
        );
        return ExitCode::environment;
    }
    return unknown_command(program, commands, arguments[0]);
}

}  // namespace

void report_error(std::string_view what, std::string_view remedy) {
    fmt::print(stderr, "odradek: error: {}\n", what);
    if (!remedy.empty()) fmt::print(stderr, "  help: {}\n", remedy);
}

int run_program(
    std::string_view program,
    std::span<const Command> commands,
    std::span<const std::string> arguments
) {
    try {
        return static_cast<int>(dispatch(program, commands, arguments));
    } catch (const ContractViolation& violation) {
        report_error(
            fmt::format("a promise inside Odradek was broken: {}", violation.what()),
            "this is a bug; please report it with the command line and the seed"
        );
        return static_cast<int>(ExitCode::contract);
    }
}

}  // namespace odradek
