#pragma once

#include "odradek/error.h"

#include "engine/consume/consume_options.h"

#include <expected>
#include <memory>
#include <optional>
#include <string>

namespace odradek::consume {

class SignalWatch;

/// How the service ended.
struct ServiceEnd {
    enum class Kind : unsigned char {
        as_asked,     ///< signal or idleness; everything that ran has ended or the bound was over
        gave_up,      ///< the engine ended by itself: `cause`
        forced,       ///< a second signal, or no end within the bound: handlers were cut off
        output_gone,  ///< --print: nobody reads standard output
    };

    Kind kind = Kind::as_asked;
    std::optional<Error> cause = std::nullopt;
};

/// `odradek consume` once its options are read: engine, target, status pages, and the loop that
/// waits for a reason to stop.
class Service {
public:
    /// Opens everything and joins the group. Errors: invalid_options (target), broker_unreachable,
    /// client_failed (the port of the status pages).
    [[nodiscard]] static std::expected<Service, Error> open(const ConsumeOptions& options);

    Service(Service&&) noexcept;
    Service& operator=(Service&&) noexcept;
    ~Service();

    /// Until a signal, idleness or the engine itself ends it. After ServiceEnd::forced threads may
    /// still run: leave the process without waiting for them.
    [[nodiscard]] ServiceEnd run(const SignalWatch& signals);

private:
    class Implementation;
    explicit Service(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace odradek::consume
