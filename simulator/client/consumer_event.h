#pragma once

#include "simulator/broker/kafka_error.h"
#include "simulator/broker/messages.h"

#include <cstdint>
#include <variant>
#include <vector>

namespace odradek::sim {

/// The group gives or takes; answered by one of the (un)assign calls of Consumer.
struct RebalanceEvent {
    enum class Kind : unsigned char { assign, revoke };
    Kind kind = Kind::assign;
    bool incremental = false;  ///< cooperative: the list is a change, not the whole
    bool lost = false;         ///< revoke of what is already another's (BM-269)
    std::vector<PartitionNumber> partitions{};
};

/// A commit has ended. An error does not mean that it was not stored (BM-228).
struct CommitEvent {
    std::uint64_t commit = 0;
    std::vector<StoredPartition> partitions{};
};

/// What the group has stored, or why it could not be read.
struct CommittedEvent {
    std::uint64_t request = 0;
    KafkaError error = KafkaError::none;
    std::vector<FetchedOffset> offsets{};
};

/// An error that poll shows; only `fatal` ends the consumer (BM-297, BM-299).
struct ErrorEvent {
    KafkaError error = KafkaError::none;
    bool fatal = false;
};

/// close() has done its work: nothing follows.
struct ClosedEvent {};

using ConsumerEvent =
    std::variant<RebalanceEvent, CommitEvent, CommittedEvent, ErrorEvent, ClosedEvent>;

}  // namespace odradek::sim
