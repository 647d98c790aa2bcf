#pragma once

#include "odradek/clock.h"

#include "reports/compare/workload.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::reports {

/// The n-th record of a workload: the same in every arm, run and world, without a file.
class RecordLaw {
public:
    explicit RecordLaw(const Workload& workload);

    /// Number of the record's key, 0 … keys − 1. Alike: each key equally often, scattered.
    [[nodiscard]] std::uint64_t key(std::uint64_t record) const;

    /// The partition that Kafka's producers choose for it (murmur2).
    [[nodiscard]] std::uint32_t partition(std::uint64_t record) const;

    /// How long its handler works.
    [[nodiscard]] Duration work(std::uint64_t record) const;

    /// Sixteen hexadecimal digits.
    using KeyText = std::array<char, 16>;
    [[nodiscard]] static KeyText key_text(std::uint64_t key);

    /// The number at the front of a value.
    static void write_number(std::uint64_t record, std::span<char> value);
    [[nodiscard]] static std::uint64_t read_number(std::string_view value);

private:
    Workload workload_;
    std::vector<double> cumulative_;  // weights of the keys, for a skewed spread
};

/// What an arm keeps in order: the lanes whose records go one after the other.
enum class Lanes : unsigned char { none, key, partition, one };

/// Shortest time in which the workers of all members can do a workload: all work over all workers,
/// or the heaviest lane. Zero for a handler that does nothing. O(records).
[[nodiscard]] Duration ideal_time(const Workload& workload, Lanes lanes);

}  // namespace odradek::reports
