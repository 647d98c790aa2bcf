#include "engine/cli/command.h"
#include "engine/cli/distribution_command.h"
#include "reports/distribution_page.h"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace {

odradek::ExitCode distribution(std::span<const std::string> arguments) {
    return odradek::run_distribution(arguments, {.write_page = &odradek::write_distribution_page});
}

}  // namespace

/// `odradek-distribution`: what `odradek distribution` starts.
int main(int argc, char** argv) {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    arguments.insert(arguments.begin(), "distribution");
    constexpr std::array commands{
        odradek::Command{"distribution", "tell how keys spread, before a deploy", &distribution}};
    return odradek::run_program("odradek", commands, arguments);
}
