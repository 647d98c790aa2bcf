// Odradek itself, as a service uses it.

#include "odradek/consumer.h"

#include "reports/compare/plain_client.h"

namespace odradek::reports {

namespace {

std::expected<void, Error> run_engine(
    Ordering ordering, const ArmJob& job, Handled& handled, const std::stop_token& stop
) {
    ConsumerOptions options{
        .brokers = job.brokers,
        .group = job.group,
        .topics = {job.topic},
        .properties = client_properties()};
    options.engine.ordering = ordering;
    options.engine.concurrency_max = handled.workload().concurrency;
    auto consumer = Consumer::open(std::move(options));
    if (!consumer) return std::unexpected(consumer.error());
    consumer->poll([&handled](const RecordContext& context) {
        handled.handle(as_text(context.record.value), context.delivered_at);
        return Outcome::done();
    });
    wait_for(stop);
    if (const auto cause = consumer->close()) return std::unexpected(*cause);
    return {};
}

}  // namespace

std::expected<void, Error> run_engine_key(
    const ArmJob& job, Handled& handled, const std::stop_token& stop
) {
    return run_engine(Ordering::key, job, handled, stop);
}

std::expected<void, Error> run_engine_unordered(
    const ArmJob& job, Handled& handled, const std::stop_token& stop
) {
    return run_engine(Ordering::unordered, job, handled, stop);
}

std::expected<void, Error> run_engine_partition(
    const ArmJob& job, Handled& handled, const std::stop_token& stop
) {
    return run_engine(Ordering::partition, job, handled, stop);
}

}  // namespace odradek::reports
