#pragma once

#include "odradek/clock.h"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace odradek::reports {

/// Which keys a topic's records have.
struct KeySpread {
    std::uint64_t count = 10'000;  ///< keys, ≥ 1
    double exponent = 0;           ///< 0: each alike; else the n-th with weight 1 / n^exponent

    friend bool operator==(const KeySpread&, const KeySpread&) = default;
};

/// What a handler does with one record.
struct HandlerWork {
    enum class Kind : unsigned char {
        noop,   ///< counts it
        sleep,  ///< its thread sleeps
        async,  ///< its thread goes on; the record is finished by a timer
        cpu,    ///< its thread computes
    };
    Kind kind = Kind::noop;
    Duration low{};  ///< uniform over [low, high]
    Duration high{};

    friend bool operator==(const HandlerWork&, const HandlerWork&) = default;
};

/// One cell of a comparison: what is in the topic and what is done with it.
struct Workload {
    std::uint64_t records = 100'000;
    std::int32_t partitions = 6;
    KeySpread keys;
    std::uint32_t value_bytes = 100;  ///< ≥ 8: a value begins with its record's number
    HandlerWork handler;
    std::uint32_t concurrency = 16;
    std::uint32_t members = 1;

    friend bool operator==(const Workload&, const Workload&) = default;
};

/// `10000` or `zipf:1000:1.0`. Error: what was expected.
[[nodiscard]] std::expected<KeySpread, std::string> parse_keys(std::string_view text);

/// `noop`, `sleep:20ms`, `sleep:0-5ms`, `async:20ms`, `cpu:50us`. Error: what was expected.
[[nodiscard]] std::expected<HandlerWork, std::string> parse_handler_work(std::string_view text);

/// The forms that the parsers read.
[[nodiscard]] std::string to_text(const KeySpread& keys);
[[nodiscard]] std::string to_text(const HandlerWork& work);

/// "1000000 records, 6 partitions, 10000 keys, noop, concurrency 16"
[[nodiscard]] std::string to_text(const Workload& workload);

/// Two workloads that can read the same topic.
[[nodiscard]] bool have_same_records(const Workload& one, const Workload& other);

}  // namespace odradek::reports
