#include "engine/consume/target.h"

#include "odradek/contract.h"

#include "engine/consume/exec_workers.h"
#include "engine/consume/http_endpoint.h"
#include "engine/consume/record_printer.h"

#include <memory>
#include <utility>

#include <unistd.h>

namespace odradek::consume {

namespace {

using Report = std::function<void(const std::string&)>;

bool never() {
    return false;
}

// Shared with the handlers: one that outlives the engine still finds its target.

std::expected<OpenTarget, std::string> open_exec(
    const ConsumeOptions& options, const Report& report
) {
    auto opened = ExecWorkers::open(
        {.command = options.command, .answer_within = options.answer_within, .report = report}
    );
    if (!opened) return std::unexpected(std::move(opened.error()));
    const auto workers = std::make_shared<ExecWorkers>(std::move(*opened));
    return OpenTarget{
        .handler = [workers](const RecordContext& context) { return workers->run(context); },
        .stop = [workers](Duration limit) { workers->stop(limit); },
        .has_failed = &never};
}

std::expected<OpenTarget, std::string> open_http(const ConsumeOptions& options) {
    auto opened = HttpEndpoint::open(
        {.url = options.url,
         .headers = options.http_headers,
         .answer_within = options.answer_within,
         .connections_max = options.consumer.engine.concurrency_max}
    );
    if (!opened) return std::unexpected(std::move(opened.error()));
    const auto endpoint = std::make_shared<HttpEndpoint>(std::move(*opened));
    return OpenTarget{
        .handler =
            [endpoint](const RecordContext& context) {
                // The record is answered by the endpoint's thread; this one goes on.
                const auto token = std::make_shared<CompletionToken>(context.defer());
                endpoint->post(context, [token](Outcome outcome) {
                    token->finish(std::move(outcome));
                });
                return Outcome::deferred();
            },
        .stop = [endpoint](Duration) { endpoint->stop(); },
        .has_failed = &never};
}

OpenTarget open_print() {
    const auto printer = std::make_shared<RecordPrinter>(STDOUT_FILENO);
    return {
        .handler = [printer](const RecordContext& context) { return printer->run(context); },
        .stop = [](Duration) {},
        .has_failed = [printer] { return printer->has_failed(); }};
}

}  // namespace

std::expected<OpenTarget, std::string> open_target(
    const ConsumeOptions& options, const Report& report
) {
    expects(options.target != Target::none);
    if (options.target == Target::exec) return open_exec(options, report);
    if (options.target == Target::http) return open_http(options);
    return open_print();
}

}  // namespace odradek::consume
