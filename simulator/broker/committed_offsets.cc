#include "simulator/broker/committed_offsets.h"

#include <algorithm>
#include <array>
#include <utility>

namespace odradek::sim {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// Bytes of one offset record beside the names and the metadata: key and value of the current
// format (24 + 10) and the record's own lengths; and the header of a batch. BM-215's numbers
// follow.
constexpr std::size_t record_overhead = 62;
constexpr std::size_t batch_overhead = 61;

bool is_continuation(unsigned char byte) {
    return (byte & 0xC0U) == 0x80U;
}

/// Well-formed sequence at the front of `bytes`: its length; 0 when malformed.
std::size_t sequence_length(std::string_view bytes) {
    const auto at = [&bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char lead = at(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) {
        return bytes.size() >= 2 && is_continuation(at(1)) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (bytes.size() < 3 || !is_continuation(at(1)) || !is_continuation(at(2))) return 0;
        if (lead == 0xE0 && at(1) < 0xA0) return 0;
        if (lead == 0xED && at(1) >= 0xA0) return 0;  // a surrogate
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (bytes.size() < 4) return 0;
        for (std::size_t i = 1; i < 4; ++i) {
            if (!is_continuation(at(i))) return 0;
        }
        if (lead == 0xF0 && at(1) < 0x90) return 0;
        if (lead == 0xF4 && at(1) >= 0x90) return 0;
        return 4;
    }
    return 0;
}

/// Bytes that the JDK replaces by one U+FFFD at the front of malformed `bytes`.
std::size_t malformed_length(std::string_view bytes) {
    const auto at = [&bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char lead = at(0);
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (bytes.size() < 2 || !is_continuation(at(1))) return 1;
        if (lead == 0xE0 && at(1) < 0xA0) return 1;
        if (bytes.size() < 3 || !is_continuation(at(2))) return 2;
        return 3;  // a surrogate, complete: one replacement for all of it
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (bytes.size() < 2 || !is_continuation(at(1))) return 1;
        if ((lead == 0xF0 && at(1) < 0x90) || (lead == 0xF4 && at(1) >= 0x90)) return 1;
        if (bytes.size() < 3 || !is_continuation(at(2))) return 2;
        return 3;
    }
    return 1;
}

}  // namespace

DecodedMetadata decode_metadata(std::string_view bytes) {
    DecodedMetadata decoded;
    decoded.text.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t length = sequence_length(bytes);
        if (length == 0) {
            decoded.text += replacement;
            ++decoded.utf16_units;
            bytes.remove_prefix(malformed_length(bytes));
            continue;
        }
        decoded.text += bytes.substr(0, length);
        decoded.utf16_units += length == 4 ? 2 : 1;
        bytes.remove_prefix(length);
    }
    return decoded;
}

CommittedOffsets::CommittedOffsets(std::uint32_t metadata_chars_max, std::uint32_t batch_bytes_max)
    : metadata_chars_max_(metadata_chars_max)
    , batch_bytes_max_(batch_bytes_max) {}

std::vector<StoredPartition> CommittedOffsets::accept(
    std::vector<OffsetToStore>& offsets, std::string_view group
) {
    std::vector<StoredPartition> answer;
    std::size_t bytes = batch_overhead;
    for (OffsetToStore& offset : offsets) {
        DecodedMetadata decoded = decode_metadata(offset.metadata);
        const bool fits = decoded.utf16_units <= metadata_chars_max_;
        answer.push_back(
            {offset.partition, fits ? KafkaError::none : KafkaError::offset_metadata_too_large}
        );
        if (fits) bytes += record_overhead + group.size() + decoded.text.size();
        offset.metadata = std::move(decoded.text);
    }
    if (bytes > batch_bytes_max_) {
        for (StoredPartition& entry : answer)
            entry.error = KafkaError::unknown;
        return answer;
    }
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        if (answer[i].error != KafkaError::none) continue;
        accepted_[offsets[i].partition] = offsets[i];
        last_write_[offsets[i].partition] = ++writes_;
    }
    return answer;
}

void CommittedOffsets::hold(std::uint64_t producer, const OffsetToStore& offset) {
    pending_[producer][offset.partition] = {offset, ++writes_};
}

void CommittedOffsets::release(std::uint64_t producer, bool committed) {
    const auto found = pending_.extract(producer);
    if (found.empty() || !committed) return;
    for (const auto& [partition, pending] : found.mapped()) {
        if (last_write_[partition] > pending.write) continue;
        last_write_[partition] = pending.write;
        accepted_[partition] = durable_[partition] = pending.offset;
    }
}

bool CommittedOffsets::is_pending(PartitionNumber partition) const {
    return std::ranges::any_of(pending_, [partition](const auto& entry) {
        return entry.second.contains(partition);
    });
}

void CommittedOffsets::forget(PartitionNumber partition) {
    accepted_.erase(partition);
    durable_.erase(partition);
    for (auto& [producer, offsets] : pending_)
        offsets.erase(partition);
}

void CommittedOffsets::make_durable(const OffsetToStore& offset) {
    durable_[offset.partition] = offset;
}

std::optional<OffsetToStore> CommittedOffsets::accepted(PartitionNumber partition) const {
    const auto found = accepted_.find(partition);
    return found == accepted_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<OffsetToStore> CommittedOffsets::durable(PartitionNumber partition) const {
    const auto found = durable_.find(partition);
    return found == durable_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace odradek::sim
