// 100,000 records in flight with two handler threads (DC-1, PF-4): each handler takes a completion
// token and returns; when all tokens are open it prints what the process holds in memory and how
// many threads it has, then finishes them all from one thread.
//   odradek-deferred-in-flight 127.0.0.1:9092 [RECORDS]
// Exit code 1 when the growth since the consumer was opened is not below 200 MB.

#include "odradek/consumer.h"

#include "engine/kafka/admin.h"
#include "engine/kafka/producer.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <string>
#include <vector>

#include <malloc.h>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;

constexpr long resident_max_kib = 200L * 1'000 * 1'000 / 1'024;

/// A line of the process's status, such as "VmRSS", in its own unit.
long status_of(const std::string& name) {
    std::ifstream status{"/proc/self/status"};
    for (std::string word; status >> word;) {
        if (word != name + ":") continue;
        long value = 0;
        status >> value;
        return value;
    }
    return -1;
}

bool produce(const std::string& brokers, const std::string& topic, std::size_t count) {
    auto admin = odradek::kafka::Admin::open(brokers);
    if (!admin || !admin->create_topic({.name = topic, .partitions = 6})) return false;
    auto producer =
        odradek::kafka::KafkaProducer::open(brokers, {{"queue.buffering.max.messages", "2000000"}});
    if (!producer) return false;
    const std::string value(100, 'v');
    for (std::size_t number = 0; number < count; ++number) {
        const std::string key = "key-" + std::to_string(number);
        const odradek::kafka::OutgoingRecord record{
            .topic = topic,
            .key = std::as_bytes(std::span{key}),
            .value = std::as_bytes(std::span{value})};
        if (!producer->send(record, number)) return false;
    }
    return producer->flush(60s, [](const odradek::kafka::Delivery&) {});
}

/// Tokens of records that are in flight.
struct Open {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<odradek::CompletionToken> tokens;
};

int run(const std::string& brokers, std::size_t count) {
    const std::string topic = "deferred-in-flight-" + std::to_string(getpid());
    if (!produce(brokers, topic, count)) return std::puts("cannot produce"), 3;
    malloc_trim(0);  // what the producer held is not the consumer's
    const long before = status_of("VmRSS");
    odradek::ConsumerOptions options{.brokers = brokers, .group = topic, .topics = {topic}};
    options.engine.concurrency_max = 2;
    options.engine.deferred.open_max = static_cast<std::uint32_t>(count);
    Open open;
    open.tokens.reserve(count);
    auto consumer = odradek::Consumer::open(options);
    if (!consumer) return std::puts(to_string(consumer.error()).c_str()), 3;
    consumer->poll([&](const odradek::RecordContext& context) {
        const std::lock_guard lock{open.mutex};
        open.tokens.push_back(context.defer());
        if (open.tokens.size() == count) open.changed.notify_all();
        return odradek::Outcome::deferred();
    });
    {
        std::unique_lock lock{open.mutex};
        const bool all =
            open.changed.wait_for(lock, 60s, [&] { return open.tokens.size() == count; });
        if (!all) return std::puts("not all records came"), 3;
    }
    const odradek::Meters meters = consumer->meters();
    const long resident = status_of("VmRSS");
    std::printf("in flight %zu, threads %ld\n", meters.in_flight, status_of("Threads"));
    std::printf(
        "resident %ld KiB, of these since the consumer opened %ld KiB\n",
        resident,
        resident - before
    );
    const auto began = std::chrono::steady_clock::now();
    for (odradek::CompletionToken& token : open.tokens) {
        token.finish(odradek::Outcome::done());
    }
    const auto cause = consumer->close({.finish = odradek::Finish::buffered_too});
    const auto took = std::chrono::steady_clock::now() - began;
    const auto done = consumer->meters().done;
    std::printf(
        "done %llu in %.3f s, the close included\n",
        static_cast<unsigned long long>(done),
        std::chrono::duration<double>(took).count()
    );
    const bool fits = resident - before < resident_max_kib && done == count && !cause;
    std::puts(fits ? "passed" : "not passed");
    return fits ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return std::puts("usage: odradek-deferred-in-flight HOST:PORT [RECORDS]"), 2;
    return run(argv[1], argc > 2 ? std::stoul(argv[2]) : 100'000);
}
