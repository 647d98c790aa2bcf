// What must be true after every event, said a second time beside the engine.

#include "engine/core/offsets/codec.h"
#include "property-tests/support/engine_driver.h"

#include <algorithm>

namespace odradek {

namespace {

using namespace std::chrono_literals;

/// A refused commit is tried again within this time; a moving group refuses for a moment only.
constexpr Duration commit_retry_max = 6s;  // the commits of a group that refused one rest for five

/// Most time that the engine takes for the last commit of a revoke.
constexpr Duration revoke_commit_max = 5s;

}  // namespace

OffsetMap EngineDriver::stored_map(const Partition& partition) const {
    const auto decoded =
        decode(partition.metadata, std::max(partition.stored, Offset{0}), std::nullopt);
    return decoded ? decoded->map : OffsetMap{.next_to_read = partition.stored, .completed = {}};
}

bool EngineDriver::is_with_a_handler(AssignedPartition partition) const {
    return std::ranges::any_of(runs_, [&](const Run& run) {
        return run.is_started && run.items.front().partition == partition;
    });
}

void EngineDriver::check_rules(bool is_timer) {
    const EngineOptions& options = history_.options;
    if (runs_.size() > options.concurrency_max + options.queue_ahead) {
        ledger_.broken(Law::limits, "more is handed out than there are workers");
    }
    if (is_user_paused_ && !effects_.work.empty()) {
        ledger_.broken(Law::limits, "work starts although the user has paused");
    }
    if (engine_->waiting() != ledger_.waiting() || engine_->in_flight() != ledger_.out()) {
        ledger_.broken(
            Law::limits,
            "the engine counts " + std::to_string(engine_->waiting()) + " waiting and " +
                std::to_string(engine_->in_flight()) + " out, and there are " +
                std::to_string(ledger_.waiting()) + " and " + std::to_string(ledger_.out())
        );
    }
    const std::size_t most = options.buffer.records_max;
    const std::size_t room = most - std::min(most, ledger_.waiting());
    const bool is_open = !is_user_paused_ && !may_be_ending_;
    if (engine_->read_budget() > room || (is_open && engine_->read_budget() != room)) {
        ledger_.broken(Law::limits, "the engine reads more or less than its buffer has room for");
    }
    shapes_.budget_spent += room == 0 ? 1 : 0;
    if (is_timer && engine_->next_deadline().value_or(now_ + 1ns) <= now_) {
        ledger_.broken(Law::limits, "the engine wants to be woken in the past");
    }
    for (const WorkItem& item : effects_.work) {
        if (is_revoking_ && std::ranges::count(revoked_, item.partition.partition) > 0) {
            ledger_.broken(Law::handover, "work starts of a partition that is given back");
        }
    }
    check_pauses();
    check_idle();
    if (is_timer) check_refused();
    if (!is_timer || !is_revoking_) return;
    if (revoke_due_ && now_ >= *revoke_due_) {
        ledger_.broken(Law::handover, "a revoke takes longer than it may");
    } else if (!revoke_due_ && now_ >= revoked_at_ + options.revoke_wait_max) {
        revoke_due_ = now_ + revoke_commit_max;
    }
}

/// Over its limit for `pause_after`: paused. Down to half of it: resumed. Not a moment later.
void EngineDriver::check_pauses() {
    const BufferOptions& buffer = history_.options.buffer;
    for (std::uint32_t number = 0; number < History::partitions; ++number) {
        Partition& partition = partitions_.at(number);
        const bool is_revoked =
            is_revoking_ && std::ranges::count(revoked_, PartitionIndex{number}) > 0;
        if (!partition.owner || !partition.is_reading || is_revoked) continue;
        const std::size_t waiting = ledger_.waiting({PartitionIndex{number}, *partition.owner});
        if (partition.should_be_paused) {
            if (waiting <= buffer.partition_records_max / 2) partition.should_be_paused = false;
        } else if (waiting <= buffer.partition_records_max) {
            partition.over_since.reset();
        } else {
            if (!partition.over_since) partition.over_since = now_;
            if (*partition.over_since + buffer.pause_after <= now_) {
                partition.should_be_paused = true;
                partition.over_since.reset();
            }
        }
        if (partition.should_be_paused == partition.is_paused) continue;
        ledger_.broken(
            Law::limits,
            "partition " + std::to_string(number) + " has " + std::to_string(waiting) +
                " waiting and is " + (partition.is_paused ? "paused" : "read")
        );
    }
}

void EngineDriver::check_refused() {
    const bool is_owned = std::ranges::any_of(refused_, [&](AssignedPartition partition) {
        return partitions_.at(partition.partition.value()).owner == partition.epoch;
    });
    if (!is_owned || commit_ || is_leaving_ || now_ < refused_at_ + commit_retry_max) return;
    ledger_.broken(Law::handover, "a refused commit is not tried again");
}

void EngineDriver::check_revoke(const CompleteRevoke& given) {
    const Duration took = now_ - revoked_at_;
    for (const PartitionIndex index : given.partitions) {
        const Partition& partition = partitions_.at(index.value());
        // One that was lost owes nothing, and a close has its own bounds.
        if (!partition.owner || !is_revoking_ || is_leaving_) continue;
        const AssignedPartition life{index, *partition.owner};
        const bool is_early = took < history_.options.revoke_wait_max;
        if (is_early && is_with_a_handler(life)) {
            ledger_.broken(Law::handover, "a revoke does not wait for a handler");
        }
        if (took >= revoke_commit_max) continue;
        ++shapes_.handed_over_cleanly;
        ledger_.handed_over(life, stored_map(partition));
    }
}

void EngineDriver::check_idle() {
    const EngineOptions& options = history_.options;
    const bool is_full = runs_.size() >= options.concurrency_max + options.queue_ahead;
    if (is_full || is_user_paused_ || may_be_ending_ || is_leaving_) return;
    for (std::uint32_t number = 0; number < History::partitions; ++number) {
        const Partition& partition = partitions_.at(number);
        const bool is_revoked =
            is_revoking_ && std::ranges::count(revoked_, PartitionIndex{number}) > 0;
        if (!partition.owner || is_revoked) continue;
        const auto idle = ledger_.idle({PartitionIndex{number}, *partition.owner}, now_);
        if (idle) ledger_.broken(Law::idle, *idle);
    }
}

std::optional<std::string> break_of(const History& history, std::set<Law> laws, Shapes& seen) {
    laws.insert(Law::contract);
    EngineDriver driver{history};
    driver.play();
    seen = driver.shapes();
    driver.finish();
    const auto broken = driver.ledger().first_broken(laws);
    if (!broken) return std::nullopt;
    std::string story;
    EngineDriver again{history};  // the same run, and now it is worth the words
    again.tell_into(story);
    again.play();
    again.finish();
    const std::string mark = Ledger::story_mark + *broken + "\n";
    story.resize(std::min(story.size(), story.find(mark) + mark.size()));
    return *broken + "\nwhat happened:\n" + story;
}

}  // namespace odradek
