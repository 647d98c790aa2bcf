#pragma once

#include "odradek/clock.h"
#include "odradek/types.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace odradek::sim {

/// A record in a log. Lives as long as the log, also when compaction or truncation has taken it
/// out, so that a client may still hold it.
struct LogRecord {
    Offset offset;
    Timestamp timestamp{};
    const std::byte* key = nullptr;  ///< null for a null key, else `key_bytes` long
    std::uint32_t key_bytes = 0;
    std::uint32_t value_bytes = 0;
    bool is_tombstone = false;  ///< null value (BM-38)

    [[nodiscard]] bool has_key() const { return key != nullptr; }
    [[nodiscard]] std::string_view key_text() const {
        return {reinterpret_cast<const char*>(key), key_bytes};
    }
    [[nodiscard]] std::uint32_t size_bytes() const { return key_bytes + value_bytes + 10; }
};

/// What a producer hands over.
struct NewRecord {
    std::string_view key;
    bool has_key = true;
    std::uint32_t value_bytes = 0;
    Timestamp timestamp{};
    bool is_tombstone = false;
};

/// Records stored together. Offsets first … last belong to it even where its records are gone.
struct Batch {
    /// `open` belongs to a transaction that has not ended; then it is `data` or `aborted`.
    enum class Kind : unsigned char { data, marker, aborted, open };

    Kind kind = Kind::data;
    std::uint64_t producer = 0;  ///< of the transaction; 0: none
    Offset first;
    Offset last;  ///< included (BM-27)
    std::span<const LogRecord> records;
    std::uint32_t bytes = 0;
};

/// One partition's log: append, read, compact, truncate, markers (broker-model.md, section 2).
class Log {
public:
    explicit Log(std::uint32_t batch_records_max);

    /// Appends; records of one `now` join a batch until somebody reads it.
    Offset append(const NewRecord& record, Instant now);

    /// One offset that is no record (BM-31).
    Offset append_marker();

    /// Records of a transaction that was aborted, and its marker.
    void append_aborted(std::int32_t records);

    /// A record of a producer's open transaction. `producer` > 0.
    Offset append_in_transaction(const NewRecord& record, std::uint64_t producer);

    /// Its records become data or aborted, and a marker follows; nothing when it has none here.
    void end_transaction(std::uint64_t producer, bool committed);

    /// The first offset that an open transaction holds back, else end() (BM-34).
    [[nodiscard]] Offset last_stable() const;

    /// Whole batches from the one that holds `from` and below `end`, until they exceed `bytes_max`
    /// in sum; the first is given whatever its size (BM-23, BM-24).
    void read(Offset from, Offset end, std::uint32_t bytes_max, std::vector<const Batch*>& batches);

    /// Removes records with a newer one of the same key, tombstones, and records without a key,
    /// but nothing of the last `batches_kept` batches. Returns the offsets removed.
    std::vector<Offset> compact(std::size_t batches_kept);

    /// DeleteRecords or retention: nothing below `start` is served any more.
    void delete_before(Offset start);

    /// Unclean election: offsets from `new_end` are free again. Returns the records that are gone.
    std::vector<Offset> truncate(Offset new_end);

    [[nodiscard]] Offset start() const { return start_; }
    [[nodiscard]] Offset end() const { return end_; }
    [[nodiscard]] bool has_record(Offset offset) const;

    /// One above the last record that a consumer can get; start() when there is none.
    [[nodiscard]] Offset end_of_records() const;

    /// Records that a consumer can get, from `from` on.
    [[nodiscard]] std::size_t count_records(Offset from) const;

private:
    static constexpr std::size_t records_per_chunk = 4096;
    static constexpr std::size_t key_bytes_per_chunk = std::size_t{64} << 10U;

    [[nodiscard]] LogRecord* place_for_record();
    [[nodiscard]] const std::byte* store_key(std::string_view key);
    LogRecord* write(const NewRecord& record);
    [[nodiscard]] std::size_t index_of_batch(Offset offset) const;
    Batch& new_batch(Batch::Kind kind);
    void forget_open(const Batch& cut);
    void seal() { open_ = nullptr; }

    std::uint32_t batch_records_max_;
    Offset start_{0};
    Offset end_{0};
    std::vector<const Batch*> batches_;  ///< by offset
    Batch* open_ = nullptr;              ///< the last batch while it may still grow
    Instant opened_at_{};
    std::size_t open_batches_ = 0;  ///< of open transactions
    std::deque<Batch> all_batches_;
    std::vector<std::unique_ptr<LogRecord[]>> record_chunks_;
    std::size_t chunk_used_ = records_per_chunk;
    std::vector<std::unique_ptr<std::byte[]>> key_chunks_;
    std::size_t key_chunk_used_ = key_bytes_per_chunk;
};

}  // namespace odradek::sim
