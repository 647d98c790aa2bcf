#pragma once

#include "odradek/clock.h"
#include "odradek/outcome.h"
#include "odradek/record.h"

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace odradek::consume {

/// The handler of `--http`: posts each record's value to one URL, many at once over connections
/// that are kept. One thread does all of it (libcurl's multi interface).
class HttpEndpoint {
public:
    struct Options {
        std::string url;                   ///< http or https
        std::vector<std::string> headers;  ///< "Name: value", sent with every record
        Duration answer_within;            ///< from connecting to the answer's end; zero: no limit
        std::uint32_t connections_max;     ///< > 0
    };

    /// Called once, on the endpoint's thread; must return soon.
    using Answered = std::function<void(Outcome)>;

    /// Error: what is wrong with the URL or a header.
    [[nodiscard]] static std::expected<HttpEndpoint, std::string> open(Options options);

    HttpEndpoint(HttpEndpoint&&) noexcept;
    HttpEndpoint& operator=(HttpEndpoint&&) noexcept;
    ~HttpEndpoint();

    /// Any thread: sends the record, whose value must live until it is answered. An endpoint that
    /// cannot be reached or does not answer in time is a retry.
    void post(const RecordContext& context, Answered answered);

    /// Answers everything that is open with a retry, and each later record at once.
    void stop();

private:
    struct State;
    explicit HttpEndpoint(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace odradek::consume
