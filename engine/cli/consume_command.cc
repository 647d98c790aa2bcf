#include "engine/cli/consume_command.h"

#include "engine/consume/service.h"
#include "engine/consume/signal_watch.h"

#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace odradek {

namespace {

using consume::ConsumeOptions;
using consume::ServiceEnd;

ExitCode exit_code_of(const Error& error) {
    switch (error.code) {
        case Errc::invalid_options:
            return ExitCode::usage;
        case Errc::handler_failed:
        case Errc::unreadable_metadata:
        case Errc::settings_changed:
            return ExitCode::not_held;
        case Errc::contract:
            return ExitCode::contract;
        case Errc::broker_unreachable:
        case Errc::unknown_topic:
        case Errc::not_authorized:
        case Errc::commit_refused:
        case Errc::commit_unknown:
        case Errc::fenced:
        case Errc::client_failed:
            return ExitCode::environment;
    }
    return ExitCode::environment;
}

ExitCode report(const Error& error) {
    report_error(error.where.empty() ? error.what : error.where + ": " + error.what);
    return exit_code_of(error);
}

ExitCode run(const ConsumeOptions& options) {
    const consume::SignalWatch signals;  // before the first thread
    auto service = consume::Service::open(options);
    if (!service) return report(service.error());
    const ServiceEnd end = service->run(signals);
    switch (end.kind) {
        case ServiceEnd::Kind::as_asked:
            return ExitCode::passed;
        case ServiceEnd::Kind::gave_up:
            return end.cause ? report(*end.cause) : ExitCode::not_held;
        case ServiceEnd::Kind::output_gone:
            return ExitCode::environment;
        case ServiceEnd::Kind::forced:
            report_error("stopped by force: records in work will run again");
            _exit(static_cast<int>(ExitCode::not_held));  // handlers still hold their threads
    }
    return ExitCode::contract;
}

}  // namespace

ExitCode run_consume(std::span<const std::string> arguments) {
    auto parsed = consume::parse_consume_options({arguments.begin(), arguments.end()});
    if (!parsed) {
        for (const std::string& mistake : parsed.error()) {
            report_error(mistake);
        }
        fmt::print(stderr, "  help: odradek consume --help\n");
        return ExitCode::usage;
    }
    if (const auto* help = std::get_if<consume::HelpWanted>(&*parsed)) {
        fmt::print("{}", help->text);
        return ExitCode::passed;
    }
    return run(std::get<ConsumeOptions>(*parsed));
}

}  // namespace odradek
