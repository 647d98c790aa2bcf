#include "odradek/consumer.h"

#include "odradek/contract.h"

#include "engine/kafka/consumer.h"
#include "engine/runtime/driver.h"

#include <utility>

namespace odradek {

class Consumer::Implementation {
public:
    Implementation(
        kafka::KafkaConsumer opened, std::optional<DeadLetters> letters, ConsumerOptions wanted
    )
        : client(std::move(opened))
        , dead_letters(std::move(letters))
        , options(std::move(wanted)) {}

    void start(UserCode code);

    std::optional<kafka::KafkaConsumer> client;  // until poll()
    std::optional<DeadLetters> dead_letters;     // likewise
    ConsumerOptions options;
    std::unique_ptr<Driver> driver;  // from poll() on
};

std::expected<Consumer, Error> Consumer::open(ConsumerOptions options) {
    std::string mistakes;
    for (const Error& mistake : validate(options)) {
        mistakes += (mistakes.empty() ? "" : "; ") + mistake.where + " " + mistake.what;
    }
    if (!mistakes.empty()) {
        return std::unexpected(Error{Errc::invalid_options, std::move(mistakes), "options"});
    }
    auto client = kafka::KafkaConsumer::open(options);
    if (!client) return std::unexpected(std::move(client.error()));
    std::optional<DeadLetters> dead_letters;
    if (options.engine.retry.then == AfterLastAttempt::dead_letter) {
        auto opened = DeadLetters::open(options);
        if (!opened) return std::unexpected(std::move(opened.error()));
        dead_letters = std::move(*opened);
    }
    return Consumer{std::make_unique<Implementation>(
        std::move(*client), std::move(dead_letters), std::move(options)
    )};
}

Consumer::Consumer(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Consumer::Consumer(Consumer&& other) noexcept = default;
Consumer& Consumer::operator=(Consumer&& other) noexcept = default;
Consumer::~Consumer() = default;

void Consumer::Implementation::start(UserCode code) {
    expects(driver == nullptr);
    driver = std::make_unique<Driver>(
        std::move(*client), std::move(dead_letters), options, std::move(code)
    );
    client.reset();
}

void Consumer::poll(Handler handler) {
    implementation_->start({.handler = std::move(handler)});
}

void Consumer::poll_batches(BatchHandler handler) {
    implementation_->start({.batch_handler = std::move(handler)});
}

void Consumer::pause() {
    if (implementation_->driver) implementation_->driver->post(PauseRequested{});
}

void Consumer::resume() {
    if (implementation_->driver) implementation_->driver->post(ResumeRequested{});
}

void Consumer::commit() {
    if (implementation_->driver) implementation_->driver->post(CommitRequested{});
}

std::optional<Error> Consumer::close(CloseOptions options) {
    Driver* driver = implementation_->driver.get();
    if (driver == nullptr) return std::nullopt;
    driver->post(CloseRequested{options});
    while (!driver->wait_until_closed(std::chrono::hours{1})) {
    }
    return driver->status().cause;
}

bool Consumer::wait_until_closed(Duration limit) {
    return implementation_->driver == nullptr || implementation_->driver->wait_until_closed(limit);
}

Meters Consumer::meters() const {
    return implementation_->driver == nullptr ? Meters{} : implementation_->driver->meters();
}

ConsumerStatus Consumer::status() const {
    return implementation_->driver == nullptr ? ConsumerStatus{}
                                              : implementation_->driver->status();
}

}  // namespace odradek
