#pragma once

#include "odradek/types.h"

#include "simulator/client/client_context.h"
#include "simulator/client/metadata.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <span>
#include <vector>

namespace odradek::sim {

/// Records of one partition as poll hands them out, in offset order. They lie in the log.
struct Delivery {
    PartitionNumber partition{};
    std::span<const LogRecord> records{};
    Offset end = no_offset;  ///< no records, but the partition's end was reached here (BM-36)
};

/// Reads the assigned partitions ahead into one queue (broker-model.md, 2.1 and 8.4). Versions
/// (BM-283): whatever was fetched before the last pause, resume, seek or stop of its partition is
/// dropped, in the queue or on its way.
class Fetcher {
public:
    struct Hooks {
        std::function<void()> readable;  ///< the queue has something
        std::function<void(PartitionNumber, KafkaError)> failed;
    };
    Fetcher(const ClientContext& context, Metadata& metadata, Hooks hooks);

    /// Starts at `from`; no_offset: where the reset policy says (BM-42).
    void assign(PartitionNumber partition, Offset from);
    void unassign(PartitionNumber partition);
    void unassign_all();

    void pause(PartitionNumber partition);   ///< BM-284, BM-286
    void resume(PartitionNumber partition);  ///< BM-285
    void seek(PartitionNumber partition, Offset to);

    /// The library's own pause while a rebalance event waits for the application (BM-263).
    void hold_all();
    void release_all();

    /// The next records of one partition, at most `records_max`; empty: none are there.
    [[nodiscard]] Delivery take(std::size_t records_max);
    [[nodiscard]] bool has_records();

    /// One above the last record handed out, and above the markers behind it (BM-31); no_offset
    /// when nothing was handed out since the start.
    [[nodiscard]] Offset position(PartitionNumber partition);

    /// Looks whether there is anything to fetch.
    void pump();

    void break_off() { channels_.break_all(); }

private:
    struct Fetched {
        PartitionNumber partition;
        std::uint32_t version;
        std::span<const LogRecord> records;
        Offset position_after;
        bool is_end = false;
    };
    struct State {
        enum class Phase : unsigned char { absent, wants_offset, active, stopped };
        Phase phase = Phase::absent;
        bool paused = false;  ///< the application's; survives an unassign (BM-286)
        std::uint32_t version = 0;
        Offset next_fetch{};
        Offset position{};            ///< behind the last record handed out
        Offset last_start{};          ///< of the last assign, seek or pause (BM-285)
        Offset end_told = no_offset;  ///< an end is told once (BM-36)
        std::size_t queued = 0;
        Instant backed_off_until{};
    };
    struct Source {
        bool outstanding = false;
        std::size_t first = 0;  ///< rotates (BM-25)
    };

    [[nodiscard]] State& state(PartitionNumber partition);
    void restart(State& state, Offset from);
    [[nodiscard]] bool wants_fetch(const State& state) const;
    void pump_broker(BrokerNumber broker);
    void fetched(BrokerNumber broker, Answer answer);
    void accept(FetchedPartition& fetched);
    void refused(PartitionNumber partition, KafkaError error);
    void reset(PartitionNumber partition);
    void ask_offset(PartitionNumber partition, std::uint32_t version);
    void back_off(PartitionNumber partition);
    [[nodiscard]] bool can_be_read(const Batch& batch) const;
    void tell_end(PartitionNumber partition, State& target, Offset end);
    void skip_outdated();

    const ClientContext& context_;
    Metadata& metadata_;
    Hooks hooks_;
    Channels channels_;
    std::vector<State> states_;              ///< by partition number
    std::vector<PartitionNumber> assigned_;  ///< in the order of assignment
    std::map<BrokerNumber, Source> sources_;
    std::deque<Fetched> queue_;
    bool held_ = false;
};

}  // namespace odradek::sim
