#include "engine/consume/service.h"

#include "engine/consume/idle_watch.h"
#include "engine/consume/notice_log.h"
#include "engine/consume/signal_watch.h"
#include "engine/consume/status_pages.h"
#include "engine/consume/target.h"
#include "engine/kafka/group_unread.h"
#include "engine/runtime/steady_clock.h"

#include <atomic>
#include <future>
#include <mutex>
#include <set>
#include <utility>

#include <fmt/core.h>

namespace odradek::consume {

namespace {

using GroupLook = std::expected<UnreadElsewhere, Error>;

/// How often signals, state and idleness are looked at.
constexpr Duration tick = std::chrono::milliseconds{50};
constexpr Duration between_looks = std::chrono::milliseconds{500};

/// After the handlers' limit: for the last commit and for leaving the group.
constexpr Duration farewell_max = std::chrono::seconds{10};

/// librdkafka's default for session.timeout.ms, and what a broker may take to notice its end.
constexpr std::chrono::milliseconds session_default{45'000};
constexpr std::chrono::milliseconds eviction_slack{5'000};

void say(const std::string& line) {
    fmt::print(stderr, "odradek: {}\n", line);
}

Duration session_of(const ConsumerOptions& options) {
    const auto found = options.properties.find("session.timeout.ms");
    const auto own = found == options.properties.end()
                         ? session_default
                         : std::chrono::milliseconds{std::atoll(found->second.c_str())};
    return own + eviction_slack;
}

/// The partitions of this member, as its listener was told.
class Ownership {
public:
    void gain(const std::vector<TopicPartition>& partitions) {
        const std::lock_guard lock{mutex_};
        partitions_.insert(partitions.begin(), partitions.end());
    }
    void lose(const std::vector<TopicPartition>& partitions) {
        const std::lock_guard lock{mutex_};
        for (const TopicPartition& partition : partitions) {
            partitions_.erase(partition);
        }
    }
    [[nodiscard]] std::set<TopicPartition> now() const {
        const std::lock_guard lock{mutex_};
        return partitions_;
    }

private:
    mutable std::mutex mutex_;
    std::set<TopicPartition> partitions_;
};

}  // namespace

class Service::Implementation {
public:
    explicit Implementation(ConsumeOptions wanted) : options(std::move(wanted)) {}

    ConsumeOptions options;
    Ownership own;
    NoticeLog notices{&say};  // owner thread of the engine
    OpenTarget target;
    std::atomic<Phase> phase = Phase::running;
    std::optional<Consumer> consumer;
    std::optional<StatusServer> pages;
    std::optional<IdleWatch> idle;
    std::optional<kafka::GroupUnread> group;
    std::future<GroupLook> look;
    Instant looked_at;
    std::future<std::optional<Error>> closing;
    Instant give_up_at;
    std::optional<std::size_t> shown_partitions;

    void listen();
    std::expected<void, Error> open_pages();
    void look_at_group(Instant now);
    void show_assignment(const ConsumerStatus& status);
    void begin_stop(const std::string& why);
    [[nodiscard]] bool is_closing() const { return closing.valid(); }
    [[nodiscard]] bool has_closed() const {
        return closing.valid() && closing.wait_for(Duration{0}) == std::future_status::ready;
    }
    ServiceEnd finish(ServiceEnd::Kind kind);
    std::optional<ServiceEnd> turn(const std::optional<int>& signal);
};

void Service::Implementation::listen() {
    ConsumerListener& listener = options.consumer.listener;
    listener.on_assigned = [this](const std::vector<TopicPartition>& partitions, Epoch) {
        own.gain(partitions);
    };
    listener.on_revoked = [this](const std::vector<TopicPartition>& gone) { own.lose(gone); };
    listener.on_lost = listener.on_revoked;
    listener.on_notice = [this](const EngineNotice& notice) {
        notices.write(notice, steady_now());
    };
}

std::expected<void, Error> Service::Implementation::open_pages() {
    if (!options.metrics_port) return {};
    auto opened = StatusServer::open(
        options.metrics_host,
        *options.metrics_port,
        [this](std::string_view path) -> std::optional<Page> {
            if (path == "/metrics") {
                return metrics_page(consumer->meters(), options.consumer.group);
            }
            if (path == "/health") return health_page(consumer->status(), phase);
            return std::nullopt;
        }
    );
    if (!opened)
        return std::unexpected(Error{Errc::client_failed, opened.error(), "--metrics-port"});
    pages = std::move(*opened);
    say(fmt::format("metrics: http://{}:{}/metrics", options.metrics_host, pages->port()));
    return {};
}

std::expected<Service, Error> Service::open(const ConsumeOptions& options) {
    auto service = std::make_unique<Implementation>(options);
    EngineOptions& engine = service->options.consumer.engine;
    // A posted record is answered later: what bounds handlers elsewhere bounds open answers here.
    if (options.target == Target::http) engine.deferred.open_max = engine.concurrency_max;
    service->listen();
    auto target = open_target(options, &say);
    if (!target) return std::unexpected(Error{Errc::invalid_options, target.error(), {}});
    service->target = std::move(*target);
    auto consumer = Consumer::open(service->options.consumer);
    if (!consumer) return std::unexpected(std::move(consumer.error()));
    service->consumer = std::move(*consumer);
    auto group = kafka::GroupUnread::open(options.consumer);
    if (!group) return std::unexpected(std::move(group.error()));
    for (const std::string& topic : group->missing_topics()) {
        say(fmt::format("there is no topic '{}' yet; its records are read once it exists", topic));
    }
    service->group = std::move(*group);
    if (options.until_idle)
        service->idle.emplace(*options.until_idle, session_of(options.consumer));
    if (auto opened = service->open_pages(); !opened) {
        return std::unexpected(std::move(opened.error()));
    }
    service->consumer->poll(service->target.handler);
    return Service{std::move(service)};
}

Service::Service(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Service::Service(Service&&) noexcept = default;
Service& Service::operator=(Service&&) noexcept = default;
Service::~Service() {
    if (implementation_ == nullptr) return;
    implementation_->pages.reset();  // they look at the consumer
    if (implementation_->target.stop) implementation_->target.stop(Duration{0});
}

void Service::Implementation::look_at_group(Instant now) {
    if (look.valid()) {
        if (look.wait_for(Duration{0}) != std::future_status::ready) return;
        if (const GroupLook found = look.get()) idle->see_group(*found, looked_at);
        return;
    }
    if (!idle->wants_group(now) || now - looked_at < between_looks) return;
    looked_at = now;
    look = std::async(std::launch::async, [this] { return group->read(own.now()); });
}

void Service::Implementation::show_assignment(const ConsumerStatus& status) {
    if (!status.has_assignment || shown_partitions == status.partitions) return;
    shown_partitions = status.partitions;
    say(fmt::format("{} partitions are assigned", status.partitions));
}

void Service::Implementation::begin_stop(const std::string& why) {
    say(fmt::format("{}; stopping", why));
    phase = Phase::stopping;
    give_up_at = steady_now() + options.stop_within + farewell_max;
    closing = std::async(std::launch::async, [this] {
        return consumer->close({.finish = Finish::in_flight, .limit = options.stop_within});
    });
}

ServiceEnd Service::Implementation::finish(ServiceEnd::Kind kind) {
    const ConsumerStatus status = consumer->status();
    if (status.cause) kind = ServiceEnd::Kind::gave_up;
    target.stop(std::min<Duration>(options.stop_within, farewell_max));
    say(fmt::format("{} records read, {} handled", status.polled, status.finished));
    return {.kind = kind, .cause = status.cause};
}

std::optional<ServiceEnd> Service::Implementation::turn(const std::optional<int>& signal) {
    const Instant now = steady_now();
    const ConsumerStatus status = consumer->status();
    show_assignment(status);
    if (is_closing()) {
        if (has_closed()) {
            return finish(
                target.has_failed() ? ServiceEnd::Kind::output_gone : ServiceEnd::Kind::as_asked
            );
        }
        if (signal || now >= give_up_at) return ServiceEnd{ServiceEnd::Kind::forced};
        return std::nullopt;
    }
    if (status.is_closed) return finish(ServiceEnd::Kind::gave_up);
    if (signal) {
        begin_stop("asked to stop");
    } else if (target.has_failed()) {
        begin_stop("nobody reads standard output any more");
    } else if (idle) {
        idle->see(status, now);
        look_at_group(now);
        if (idle->is_idle()) begin_stop("idle");
    }
    return std::nullopt;
}

ServiceEnd Service::run(const SignalWatch& signals) {
    while (true) {
        if (const auto end = implementation_->turn(signals.wait(tick))) return *end;
    }
}

}  // namespace odradek::consume
