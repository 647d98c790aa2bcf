#pragma once

#include "odradek/clock.h"
#include "odradek/completion.h"
#include "odradek/types.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace odradek {

/// Bytes as Kafka has them; the two differ: no value at all, and an empty one.
using Bytes = std::optional<std::span<const std::byte>>;

/// The bytes as text; empty for null. Valid as long as the bytes are.
[[nodiscard]] inline std::string_view as_text(const Bytes& bytes) {
    if (!bytes || bytes->empty()) return {};
    return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

/// A header of a record. Names may repeat; order is the producer's.
struct Header {
    std::string_view name;
    Bytes value;
};

/// A record as the handler sees it: views into the client's own buffer, valid until the handler has
/// returned, or until the token has ended if it answers later. Copy what must live longer.
class Record {
public:
    /// Where headers come from; parsed on first use only.
    using ReadHeaders = std::vector<Header> (*)(const void* source);

    std::string_view topic;
    PartitionId partition;
    Offset offset;
    Bytes key;
    Bytes value;
    std::optional<Timestamp> timestamp;

    [[nodiscard]] std::vector<Header> headers() const {
        return read_headers == nullptr ? std::vector<Header>{} : read_headers(header_source);
    }

    ReadHeaders read_headers = nullptr;
    const void* header_source = nullptr;
};

class CompletionSource;

/// A record and its history (PC-7).
struct RecordContext {
    const Record& record;

    /// Which run of the handler this is for the record, 1 for the first one in this assignment.
    std::uint32_t attempt = 1;

    /// Life of the partition's assignment; grows with each one in this process.
    Epoch assignment;

    /// When the client delivered the record to the engine; what it waited since is the engine's.
    Instant delivered_at;

    /// The token for a handler that answers Outcome::deferred() (DC-1). Once: a second one is
    /// finished already.
    [[nodiscard]] CompletionToken defer() const;

    CompletionSource* completion = nullptr;  ///< where defer() gets it from; the engine's own
};

}  // namespace odradek
