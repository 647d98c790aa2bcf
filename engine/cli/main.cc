#include "engine/cli/command.h"
#include "engine/cli/consume_command.h"
#include "engine/cli/kafka_command.h"
#include "engine/cli/offsets_command.h"

#include <array>
#include <string>
#include <vector>

namespace {

using odradek::Command;

// A verb without a function lives in the program `odradek-VERB` of the folder named in its comment.
constexpr std::array commands{
    Command{"check", "the gate before a deploy: one report, one exit code", nullptr},  // reports/
    Command{"compare", "throughput of strategies, side by side", nullptr},             // reports/
    Command{"distribution", "tell how keys spread, before a deploy", nullptr},         // reports/
    Command{"chaos", "run, sweep, replay and shrink chaos scenarios", nullptr},        // scenarios/
    Command{"consume", "the engine as a consumer for any language", &odradek::run_consume},
    Command{"kafka", "a local Kafka: start, stop, status, topic", &odradek::run_kafka_command},
    Command{"offsets", "show, decode and encode committed offset maps", &odradek::run_offsets},
};

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    return odradek::run_program("odradek", commands, arguments);
}
