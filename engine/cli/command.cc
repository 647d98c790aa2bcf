#include "engine/cli/command.h"

#include "odradek/contract.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <numeric>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

namespace odradek {

namespace {

std::size_t edit_distance(std::string_view one, std::string_view other) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < other.size(); ++j) {
            const std::size_t replaced = diagonal + (one[i] == other[j] ? 0U : 1U);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

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

std::string nearest(std::string_view word, std::span<const std::string_view> candidates) {
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t difference = edit_distance(word, candidate);
        if (difference < best_distance) {
            best_distance = difference;
            best = candidate;
        }
    }
    return best;
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
