#include "engine/cli/command.h"
#include "scenarios/commands.h"

#include <array>
#include <string>
#include <vector>

namespace {

using odradek::Command;
namespace scenarios = odradek::scenarios;

constexpr std::array commands{
    Command{"run", "one seed of each scenario: timeline and verdict", &scenarios::run_command},
    Command{"sweep", "many seeds, in processes", &scenarios::sweep_command},
    Command{"replay", "a run again, event by event the same", &scenarios::replay_command_line},
    Command{"shrink", "a smaller scenario that still fails", &scenarios::shrink_command},
    Command{"list", "the catalogue", &scenarios::list_command},
    Command{
        "member", "(internal) one process of a run on a real Kafka", &scenarios::member_command},
};

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    return odradek::run_program("odradek chaos", commands, arguments);
}
