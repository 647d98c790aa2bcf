#pragma once

#include "engine/core/shards/record_table.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace odradek {

/// How many records go into one call of the handler, and how long it may wait for them (PC-6).
struct BatchRule {
    std::uint32_t size_max = 1;
    Duration latency{};
    std::uint32_t attempts_max = 0;  ///< RetryOptions::attempts_max

    /// Most records of a batch that this one may be in. What failed comes back in smaller batches,
    /// halved each time, and alone for its last attempt, so that nobody is given up on for the
    /// fault of another.
    [[nodiscard]] std::uint32_t limit_for(const LiveRecord& record) const;
};

/// Which records are with the executor in which batch.
class Batches {
public:
    /// A new batch, empty.
    std::uint32_t open();
    void join(Slot record, std::uint32_t batch);

    /// Whether the record is in a batch that is out.
    [[nodiscard]] bool holds(Slot record) const {
        return record < batch_of_.size() && batch_of_[record] != none;
    }

    /// The record leaves its batch. True when it was the last one.
    bool leave(Slot record);

    /// Batches that are out.
    [[nodiscard]] std::size_t size() const { return sizes_.size() - free_.size(); }

private:
    static constexpr std::uint32_t none = 0xFFFFFFFFU;

    std::vector<std::uint32_t> batch_of_;  // by record
    std::vector<std::uint32_t> sizes_;     // by batch: records not left yet
    std::vector<std::uint32_t> free_;
};

}  // namespace odradek
