#include "engine/cli/command.h"
#include "engine/cli/distribution_command.h"
#include "engine/kafka/key_reader.h"
#include "reports/distribution_page.h"

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace {

std::expected<std::unique_ptr<odradek::KeySource>, odradek::Error> open_topic(
    const odradek::LiveTopic& topic, std::uint32_t& partitions
) {
    return odradek::open_topic_keys(
        {.topic = topic.topic,
         .brokers = topic.brokers,
         .records_max = topic.records_max,
         .properties = topic.properties},
        partitions
    );
}

odradek::ExitCode distribution(std::span<const std::string> arguments) {
    return odradek::run_distribution(
        arguments, {.write_page = &odradek::write_distribution_page, .open_topic = &open_topic}
    );
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
