#pragma once

#include "engine/core/event.h"

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace odradek {

/// One record for the executor.
struct WorkItem {
    WorkId work;
    RecordHandle record;
    AssignedPartition partition;
    Offset offset;
    std::uint32_t attempt = 1;  ///< 1-based
    Instant polled_at;          ///< when the client delivered it

    /// Belongs to the run of the item before it: the same worker runs it after that one and only if
    /// that one was done; otherwise it goes back as WorkResult::unstarted.
    bool continues_run = false;

    /// Is of a batch: its run is one call of the handler, which answers for all of it (PC-6).
    bool is_batch = false;
};

/// Read what the group has committed for these partitions; answered by CommittedFetched.
struct FetchCommitted {
    std::vector<AssignedPartition> partitions;
};

struct StartPosition {
    AssignedPartition partition;
    Offset from = no_offset;  ///< no_offset: where the client's reset policy says
};

/// Take the partitions into the client's assignment and read from there.
struct CompleteAssign {
    std::vector<StartPosition> partitions;
};

/// Give the partitions back: the core is done with them.
struct CompleteRevoke {
    std::vector<PartitionIndex> partitions;
};

struct PausePartitions {
    std::vector<PartitionIndex> partitions;
};

struct ResumePartitions {
    std::vector<PartitionIndex> partitions;
};

struct OffsetToCommit {
    AssignedPartition partition;
    Offset next_to_read;
    std::string metadata;
};

/// Store these offsets for the group; answered by CommitAnswered. At most one is unanswered.
struct CommitOffsets {
    CommitId commit;
    std::vector<OffsetToCommit> offsets;
};

/// Give back, as WorkResult::unstarted, what the executor has of these partitions and has not
/// started.
struct RecallWork {
    std::vector<PartitionIndex> partitions;
};

/// Send the record to the dead-letter topic; answered by DeadLetterAnswered.
struct DeadLetter {
    WorkId work;
    RecordHandle record;
    AssignedPartition partition;
    Offset offset;
    std::uint32_t attempts = 0;
    std::string reason;
};

/// The token of this hand-over may still be held by somebody who reads the record: its bytes must
/// stay until that token ends too, although the core may release the handle before.
struct TokenExpired {
    WorkId work;
    RecordHandle record;
};

/// Leave the group and close the client; partitions still owned come back as PartitionsRevoked.
/// Answered by ClientClosed.
struct LeaveGroup {};

/// The engine has ended. Nothing follows.
struct Closed {
    std::optional<Error> cause;  ///< empty: it was asked to
};

/// Something a person or a meter should know of; the engine goes on.
struct Notice {
    enum class Kind : unsigned char {
        record_failed,         ///< a handler answered retry, or failed; `text` is its reason
        record_skipped,        ///< given up on by policy, or at the handler's wish
        record_dead_lettered,  ///< acknowledged by the dead-letter topic
        commit_failed,         ///< not stored, or not known; it is tried again
        map_cut,               ///< an offset map did not fit and was shortened
        metadata_unreadable,   ///< committed text that is neither ours nor the peer's: replay
        settings_replaced,     ///< the fingerprint of other settings is replaced by ours
        work_abandoned,        ///< a handler outlived its partition or the close
        stale_result,          ///< an outcome of an assignment that has ended
        records_redelivered,   ///< the client delivered offsets again that the engine has
        fetch_committed_failed,
        completion_leaked,   ///< a token was destroyed unfinished: its record is tried again
        completion_double,   ///< a record had its answer before this one; nothing is done
        completion_late,     ///< a token was finished when its record waited for it no more
        record_slow,         ///< waits, or waited, long for its first run
        partition_stuck,     ///< this record has held the commit back for long
        partition_unstuck,   ///< and does no more
        completion_expired,  ///< a token took longer than the limit: its record is tried again
    };
    static constexpr std::size_t kind_count =
        static_cast<std::size_t>(Kind::completion_expired) + 1;

    Kind kind;
    std::optional<PartitionIndex> partition;  ///< empty: it is about no single one
    Offset offset = no_offset;
    std::uint32_t attempt = 0;
    std::string text;
};

/// "record_failed" and so on, for people and meters.
[[nodiscard]] const char* name_of(Notice::Kind kind);

using Effect = std::variant<
    FetchCommitted,
    CompleteAssign,
    CompleteRevoke,
    PausePartitions,
    ResumePartitions,
    CommitOffsets,
    RecallWork,
    DeadLetter,
    TokenExpired,
    LeaveGroup,
    Closed,
    Notice>;

/// What one or more calls of Engine::handle() ask for; the driver performs it and clears it.
///
/// Work and releases are plain arrays beside the variant: they are the two effects that exist per
/// record, and an array of small values needs no dispatch (ARCHITECTURE.md, "hot path").
struct Effects {
    std::vector<WorkItem> work;          ///< in the order to be started
    std::vector<RecordHandle> released;  ///< the core holds no view into these records any more
    std::vector<Effect> others;          ///< in order

    void clear() {
        work.clear();
        released.clear();
        others.clear();
    }

    [[nodiscard]] bool is_empty() const {
        return work.empty() && released.empty() && others.empty();
    }
};

}  // namespace odradek
