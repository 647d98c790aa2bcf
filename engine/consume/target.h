#pragma once

#include "odradek/consumer.h"

#include "engine/consume/consume_options.h"

#include <expected>
#include <functional>
#include <string>

namespace odradek::consume {

/// The handler behind --exec, --http or --print, and how it ends.
struct OpenTarget {
    Consumer::Handler handler;

    /// Ends what still runs, at most within the limit. Call it after the engine has closed.
    std::function<void(Duration limit)> stop;

    /// No record can ever be handled again.
    std::function<bool()> has_failed;
};

/// `report` gets lines for a person, from any thread. Error: what is wrong with command or URL.
[[nodiscard]] std::expected<OpenTarget, std::string> open_target(
    const ConsumeOptions& options, const std::function<void(const std::string&)>& report
);

}  // namespace odradek::consume
