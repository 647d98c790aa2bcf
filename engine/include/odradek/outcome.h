#pragma once

#include "odradek/clock.h"

#include <optional>
#include <string>
#include <utility>

namespace odradek {

/// What a handler answers for a record (PC-3, PC-10, PC-11).
///
///   Outcome::done()             finished; its offset may be committed
///   Outcome::retry()            again after the configured delay
///   Outcome::retry(reason)      the same, and the reason is reported
///   Outcome::retry(20ms)        again after this delay
///   Outcome::skip(reason)       finished without success, on purpose; counts as done
///   Outcome::fail(reason)       never again: the failure policy decides (dead letter, skip, stop)
///   Outcome::deferred()         later, by the token that RecordContext::defer() gave (DC-1)
class Outcome {
public:
    enum class Kind : unsigned char { done, retry, skip, fail, deferred };

    [[nodiscard]] static Outcome done() { return Outcome{Kind::done}; }
    [[nodiscard]] static Outcome retry() { return Outcome{Kind::retry}; }
    [[nodiscard]] static Outcome retry(std::string reason) {
        return Outcome{Kind::retry, std::move(reason)};
    }
    [[nodiscard]] static Outcome retry(Duration delay, std::string reason = {}) {
        Outcome outcome{Kind::retry, std::move(reason)};
        outcome.delay_ = delay;
        return outcome;
    }
    [[nodiscard]] static Outcome skip(std::string reason = {}) {
        return Outcome{Kind::skip, std::move(reason)};
    }
    [[nodiscard]] static Outcome fail(std::string reason) {
        return Outcome{Kind::fail, std::move(reason)};
    }

    [[nodiscard]] static Outcome deferred() { return Outcome{Kind::deferred}; }

    [[nodiscard]] Kind kind() const { return kind_; }

    /// Delay asked for by `retry(delay)`; empty where the configured one holds.
    [[nodiscard]] std::optional<Duration> delay() const { return delay_; }

    [[nodiscard]] const std::string& reason() const { return reason_; }

private:
    explicit Outcome(Kind kind, std::string reason = {})
        : kind_(kind)
        , reason_(std::move(reason)) {}

    Kind kind_;
    std::optional<Duration> delay_;
    std::string reason_;
};

}  // namespace odradek
