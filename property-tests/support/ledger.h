#pragma once

#include "engine/core/effect.h"
#include "property-tests/support/history.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace odradek {

/// What the engine may not do.
enum class Law : unsigned char {
    lane_order,    ///< a record starts only when all before it in its lane are processed
    lane_overlap,  ///< a lane has one run out, whatever assignments ended meanwhile
    owner,         ///< only an owner commits, and one request at a time
    coverage,      ///< no commit and no map dismisses a record that is not processed
    backwards,     ///< what is stored never goes back
    release,       ///< each handle comes back once, not while its record is out
    ending,        ///< once the churn stops, all is processed and committed
    contract,      ///< no contract of the engine breaks
};

/// What really happened, written down beside the engine, and every law that it breaks.
class Ledger {
public:
    using Record = std::pair<std::uint32_t, std::int64_t>;  ///< partition and offset

    explicit Ledger(const History& history) : history_(history) {}

    void delivered(Record record, RecordHandle handle);
    void handed_out(const std::vector<WorkItem>& run);
    void started(const WorkItem& item);
    void left_executor(const WorkItem& item);

    /// A handler has done its part. Whether that counts is another matter: see processed().
    void completed(const WorkItem& item);

    /// Done, skipped or dead-lettered by an owner: it need not run again.
    void processed(Record record) { processed_.insert(record); }
    void released(RecordHandle handle);

    /// The dead-letter producer has the record, or has it no more.
    void lent(RecordHandle handle) { out_.insert(handle); }
    void returned(RecordHandle handle) { out_.erase(handle); }

    /// `epoch` is the one that owns the partition now, if any does.
    void committing(const OffsetToCommit& offset, std::optional<Epoch> epoch);
    void stored(std::uint32_t partition, Offset before, Offset now);

    /// The process is gone. What it had in hand may stay unreleased, nothing else.
    void process_ended();

    void broken(Law law, std::string what) { broken_.emplace_back(law, std::move(what)); }

    /// Highest offset delivered ever, −1 for none.
    [[nodiscard]] std::int64_t last_delivered(std::uint32_t partition) const;

    /// Records that exist up to the last delivered one and are not processed.
    [[nodiscard]] std::vector<std::int64_t> unprocessed(std::uint32_t partition) const;

    /// The first break of one of these laws.
    [[nodiscard]] std::optional<std::string> first_broken(std::set<Law> laws) const;

private:
    using Lane = std::pair<std::uint32_t, std::uint32_t>;

    [[nodiscard]] std::optional<Lane> lane_of(const WorkItem& item) const;
    void check_processed(Record record, const char* by);

    const History& history_;
    std::map<std::uint32_t, std::int64_t> last_delivered_;
    std::set<Record> processed_;
    std::set<std::pair<Record, Epoch>> completed_;  // and in which life
    std::map<RecordHandle, Record> held_;           // delivered, not released
    std::set<RecordHandle> out_;                    // with a handler or producer
    std::multiset<Lane> busy_;                      // lanes of those
    std::vector<std::pair<Law, std::string>> broken_;
};

/// "partition 1 offset 17".
[[nodiscard]] std::string to_string(const Ledger::Record& record);

}  // namespace odradek
