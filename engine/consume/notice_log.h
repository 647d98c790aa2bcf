#pragma once

#include "odradek/consumer.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace odradek::consume {

/// Notices of the engine as lines for a person, of each kind at most so many a second: a broken
/// endpoint must not fill a disk. What was left out is counted in the next line of its kind.
///
/// One thread.
class NoticeLog {
public:
    using Print = std::function<void(const std::string&)>;

    static constexpr std::uint32_t lines_max = 10;  ///< of one kind in one second

    explicit NoticeLog(Print print) : print_(std::move(print)) {}

    /// "record_failed orders-3@17 attempt 2: HTTP 503"
    void write(const EngineNotice& notice, Instant now);

private:
    struct Kind {
        Instant second_began;
        std::uint32_t written = 0;
        std::uint64_t left_out = 0;
    };

    Print print_;
    std::map<std::string, Kind> kinds_;
};

}  // namespace odradek::consume
