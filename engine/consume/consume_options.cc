#include "engine/consume/consume_options.h"

#include "engine/cli/command_line.h"
#include "engine/config/engine_options.h"
#include "engine/config/units.h"
#include "engine/consume/consume_file.h"
#include "engine/consume/consume_flags.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <CLI/CLI.hpp>

namespace odradek::consume {

namespace {

using Mistakes = std::vector<std::string>;

void take_duration(
    const std::string& flag,
    const std::optional<std::string>& text,
    Duration& into,
    Mistakes& mistakes
) {
    if (!text) return;
    const auto parsed = parse_duration(*text);
    if (parsed) into = *parsed;
    if (!parsed)
        mistakes.push_back(flag + ": expected " + parsed.error() + ", found '" + *text + "'");
}

/// "a,b" as two names; a pattern may have commas of its own.
std::vector<std::string> split_topics(const std::vector<std::string>& given) {
    std::vector<std::string> topics;
    for (const std::string& text : given) {
        if (text.starts_with('^')) {
            topics.push_back(text);
            continue;
        }
        std::istringstream parts{text};
        for (std::string part; std::getline(parts, part, ',');) {
            topics.push_back(part);
        }
    }
    return topics;
}

void take_source(const ConsumeFlags& given, ConsumerOptions& options, Mistakes& mistakes) {
    if (given.brokers) options.brokers = *given.brokers;
    if (given.group) options.group = *given.group;
    if (!given.topics.empty()) options.topics = split_topics(given.topics);
    if (given.from) {
        const auto found = std::ranges::find(start_names, std::string_view{*given.from});
        if (found == start_names.end()) {
            mistakes.push_back("--from: expected earliest or latest, found '" + *given.from + "'");
        } else {
            options.start_from = static_cast<StartFrom>(found - start_names.begin());
        }
    }
    for (const std::string& property : given.properties) {
        const std::size_t equals = property.find('=');
        if (equals == 0 || equals == std::string::npos) {
            mistakes.push_back("--property: expected NAME=VALUE, found '" + property + "'");
            continue;
        }
        options.properties[property.substr(0, equals)] = property.substr(equals + 1);
    }
}

void take_engine(const ConsumeFlags& given, ConsumerOptions& options, Mistakes& mistakes) {
    if (given.dead_letter_topic) {
        options.dead_letter_topic = *given.dead_letter_topic;
        options.engine.retry.then = AfterLastAttempt::dead_letter;
    }
    for (const EngineFlag& flag : given.engine) {
        if (!flag.value) continue;
        ConfigReader reader{flag.name};
        const bool is_empty_mapping = *flag.value == "{}";
        ConfigNode node{
            .kind = is_empty_mapping ? ConfigNode::Kind::mapping : ConfigNode::Kind::scalar,
            .text = *flag.value};
        flag.row->read(reader, node, options.engine);
        for (const ConfigError& error : reader.errors()) {
            mistakes.push_back(to_string(error));
        }
    }
}

void take_target(const ConsumeFlags& given, ConsumeOptions& options, Mistakes& mistakes) {
    const int count = (given.exec ? 1 : 0) + (given.http ? 1 : 0) + (given.prints ? 1 : 0);
    if (count > 1) mistakes.emplace_back("give one of --exec, --http and --print");
    if (given.exec) {
        options.target = Target::exec;
        options.command = *given.exec;
    } else if (given.http) {
        options.target = Target::http;
        options.url = *given.http;
    } else if (given.prints) {
        options.target = Target::print;
    }
    if (options.target == Target::none) {
        mistakes.emplace_back("nobody takes the records: give --exec CMD, --http URL or --print");
    }
    if (!given.http_headers.empty()) options.http_headers = given.http_headers;
    if (!options.http_headers.empty() && options.target != Target::http) {
        mistakes.emplace_back("--http-header is of use with --http only");
    }
}

void take_limits(const ConsumeFlags& given, ConsumeOptions& options, Mistakes& mistakes) {
    take_duration(
        "--connect-timeout", given.connect_timeout, options.consumer.connect_timeout, mistakes
    );
    take_duration("--timeout", given.timeout, options.answer_within, mistakes);
    take_duration("--stop-within", given.stop_within, options.stop_within, mistakes);
    if (given.until_idle) {
        Duration idle{};
        const std::size_t before = mistakes.size();
        take_duration("--until-idle", given.until_idle, idle, mistakes);
        if (mistakes.size() == before && idle <= Duration{0}) {
            mistakes.push_back(
                "--until-idle: expected a duration above zero, found '" + *given.until_idle + "'"
            );
        }
        options.until_idle = idle;
    }
    if (given.metrics_port) options.metrics_port = *given.metrics_port;
    if (given.metrics_host) options.metrics_host = *given.metrics_host;
}

void read_file(const std::string& file, ConsumeOptions& options, Mistakes& mistakes) {
    std::ifstream input{file};
    std::ostringstream text;
    text << input.rdbuf();
    if (!input) {
        mistakes.push_back(file + ": cannot be read");
        return;
    }
    for (std::string& mistake : read_consume_file(text.str(), file, options)) {
        mistakes.push_back(std::move(mistake));
    }
}

/// What the library finds wrong, in the words of the command line.
void check(const ConsumerOptions& options, Mistakes& mistakes) {
    for (const Error& error : validate(options)) {
        std::string_view where = error.where;
        std::string flag;
        if (where == "topics") {
            flag = "--topic";
        } else if (where.starts_with("properties.")) {
            flag = "--property " + error.where.substr(where.find('.') + 1);
        } else {
            if (where.starts_with("engine.")) where.remove_prefix(where.find('.') + 1);
            flag = flag_of(where);
        }
        mistakes.push_back(flag + " " + error.what);
    }
}

}  // namespace

std::expected<std::variant<ConsumeOptions, HelpWanted>, Mistakes> parse_consume_options(
    const std::vector<std::string>& arguments
) {
    using Parsed = std::variant<ConsumeOptions, HelpWanted>;
    ConsumeFlags given;
    CLI::App app{"", "odradek consume"};
    add_flags(app, given);
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
        return Parsed{HelpWanted{app.help()}};
    } catch (const CLI::ParseError& error) {
        const UsageMistake mistake = usage_mistake(app, error);
        return std::unexpected(Mistakes{mistake.what + "; " + mistake.remedy});
    }
    ConsumeOptions options;
    Mistakes mistakes;
    if (given.config) read_file(*given.config, options, mistakes);
    take_source(given, options.consumer, mistakes);
    take_engine(given, options.consumer, mistakes);
    take_target(given, options, mistakes);
    take_limits(given, options, mistakes);
    if (mistakes.empty()) check(options.consumer, mistakes);
    if (!mistakes.empty()) return std::unexpected(std::move(mistakes));
    return Parsed{std::move(options)};
}

}  // namespace odradek::consume
