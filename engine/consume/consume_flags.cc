#include "engine/consume/consume_flags.h"

#include <algorithm>

#include <CLI/CLI.hpp>

namespace odradek::consume {

namespace {

constexpr const char* description =
    "Consumes topics with the engine and hands each record to a process, an HTTP endpoint or\n"
    "standard output: many at once, one record of a key at a time. Offsets are committed with the\n"
    "offset map, so a restart repeats nothing that was done.";

constexpr const char* footer =
    "A worker (--exec) reads one JSON object a line on standard input, and answers one line:\n"
    "  done              finished\n"
    "  retry [DELAY]     again, after --retry-delay or DELAY (500ms, 5s)\n"
    "  skip [REASON]     finished without success, on purpose\n"
    "  fail REASON       never again: --retry-then decides\n"
    "An endpoint (--http) gets the value as the body of a POST and answers 2xx: done, 429 or 5xx:\n"
    "retry after its Retry-After, anything else: fail.\n"
    "\n"
    "SIGTERM and SIGINT stop cleanly; a second one ends the program at once. No record is lost\n"
    "either way; what ran when it was cut off runs again.\n"
    "\n"
    "Exit codes: 0 stopped as asked, 1 the engine gave up (a record's last attempt, a forced "
    "stop),\n"
    "2 wrong usage, 3 no broker or no port, 70 a bug in Odradek.\n"
    "\n"
    "Examples:\n"
    "  odradek consume --brokers 127.0.0.1:9092 --topic orders --group look --print --until-idle "
    "5s\n"
    "  odradek consume --brokers 127.0.0.1:9092 --topic orders --group ship --exec ./ship.sh \\\n"
    "      --concurrency 32 --retry-attempts-max 5 --dead-letter-topic orders-dead\n"
    "  odradek consume --config consume.yaml --http http://127.0.0.1:8080/orders --metrics-port "
    "9100";

void add_engine_flags(CLI::App& app, ConsumeFlags& given) {
    const EngineOptions defaults;
    for (const EngineOptionRow& row : engine_option_rows()) {
        EngineFlag& flag = given.engine.emplace_back(&row, flag_of(row.path));
        std::string names = flag.name;
        if (!row.alias.empty()) {
            const std::size_t dot = row.path.rfind('.');
            const std::string_view section =
                dot == std::string_view::npos ? std::string_view{} : row.path.substr(0, dot + 1);
            names += "," + flag_of(std::string(section) + std::string(row.alias));
        }
        if (row.path == "concurrency_max") names += ",--concurrency";
        app.add_option(
               names,
               flag.value,
               std::string(row.what) + " (" + std::string(row.range) + "; default " +
                   row.write(defaults) + ")"
        )
            ->type_name("")
            ->group("Options of the engine, as in the files");
    }
}

}  // namespace

std::string flag_of(std::string_view path) {
    std::string flag = "--" + std::string(path);
    std::ranges::replace(flag, '.', '-');
    std::ranges::replace(flag, '_', '-');
    return flag;
}

void add_flags(CLI::App& app, ConsumeFlags& given) {
    app.description(description);
    app.footer(footer);
    const std::string where = "Where from";
    app.add_option("--brokers", given.brokers, "HOST:PORT, comma between several; required")
        ->group(where);
    app.add_option("--topic", given.topics, "a topic, or a pattern that begins with ^; repeatable")
        ->group(where);
    app.add_option("--group", given.group, "consumer group; required")->group(where);
    app.add_option("--from", given.from, "where nothing is committed: earliest (default) or latest")
        ->group(where);
    app.add_option("--property", given.properties, "NAME=VALUE of librdkafka; repeatable")
        ->group(where);
    app.add_option(
           "--connect-timeout", given.connect_timeout, "most time for a first answer (default 10s)"
    )
        ->group(where);
    app.add_option("--config", given.config, "YAML file with any of these; the command line wins")
        ->group(where);
    const std::string target = "Where to, one of";
    app.add_option("--exec", given.exec, "command for sh -c: as many workers as --concurrency")
        ->group(target);
    app.add_option("--http", given.http, "URL that each record is posted to")->group(target);
    app.add_flag("--print", given.prints, "JSON lines on standard output")->group(target);
    const std::string how = "How";
    app.add_option("--http-header", given.http_headers, "'Name: value' for each post; repeatable")
        ->group(how);
    app.add_option(
           "--timeout", given.timeout, "most time for an answer, 0s: no limit (default 60s)"
    )
        ->group(how);
    app.add_option(
           "--dead-letter-topic",
           given.dead_letter_topic,
           "takes records that are given up; implies --retry-then dead_letter"
    )
        ->group(how);
    app.add_option(
           "--until-idle",
           given.until_idle,
           "stop cleanly once everything is read and done for so long, such as 5s"
    )
        ->group(how);
    app.add_option("--stop-within", given.stop_within, "most time for a clean stop (default 30s)")
        ->group(how);
    app.add_option(
           "--metrics-port",
           given.metrics_port,
           "serve /metrics (Prometheus) and /health here; 0: any free port"
    )
        ->group(how);
    app.add_option(
           "--metrics-host",
           given.metrics_host,
           "IPv4 address for it (default 127.0.0.1; 0.0.0.0: every one)"
    )
        ->group(how);
    add_engine_flags(app, given);
    for (CLI::Option* option : app.get_options()) {
        option->type_name("");
    }
}

}  // namespace odradek::consume
