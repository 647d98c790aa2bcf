#pragma once

#include "odradek/types.h"

#include "simulator/broker/messages.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::sim {

/// Metadata as the broker understands the bytes that were sent.
struct DecodedMetadata {
    std::string text;           ///< UTF-8 again; malformed input has become U+FFFD (BM-212)
    std::size_t utf16_units{};  ///< what the limit counts (BM-210)
};

/// Decodes as the JDK decodes UTF-8 with replacement.
[[nodiscard]] DecodedMetadata decode_metadata(std::string_view bytes);

/// What one group has stored: once as accepted, once as replicated. The two differ while a write
/// waits for its batch (BM-5) and after a failover they are the replicated one again.
class CommittedOffsets {
public:
    CommittedOffsets(std::uint32_t metadata_chars_max, std::uint32_t batch_bytes_max);

    /// Checks each offset (BM-210, BM-211), and the size of all (BM-215), and accepts what passes.
    /// Decodes the metadata in place. Answers one entry per offset, in order.
    std::vector<StoredPartition> accept(
        std::vector<OffsetToStore>& offsets, std::string_view group
    );

    /// The accepted entries of a request are replicated.
    void make_durable(const OffsetToStore& offset);

    /// Offsets of a producer's open transaction: pending until its end (BM-255).
    void hold(std::uint64_t producer, const OffsetToStore& offset);
    void release(std::uint64_t producer, bool committed);
    [[nodiscard]] bool is_pending(PartitionNumber partition) const;

    /// The partition is gone.
    void forget(PartitionNumber partition);

    /// A failover: what was not replicated is gone.
    void forget_unreplicated() { accepted_ = durable_; }

    [[nodiscard]] std::optional<OffsetToStore> accepted(PartitionNumber partition) const;
    [[nodiscard]] std::optional<OffsetToStore> durable(PartitionNumber partition) const;
    [[nodiscard]] bool is_empty() const { return accepted_.empty(); }

private:
    using Table = std::map<PartitionNumber, OffsetToStore>;
    struct Pending {
        OffsetToStore offset;
        std::uint64_t write = 0;  ///< which write of the partition's it is (BM-256)
    };

    std::uint32_t metadata_chars_max_;
    std::uint32_t batch_bytes_max_;
    Table accepted_;
    Table durable_;
    std::map<std::uint64_t, std::map<PartitionNumber, Pending>> pending_;  ///< by producer
    std::map<PartitionNumber, std::uint64_t> last_write_;
    std::uint64_t writes_ = 0;
};

}  // namespace odradek::sim
