#include "property-tests/support/engine_driver.h"

#include "odradek/contract.h"

#include "property-tests/support/story.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace odradek {

namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t all = (1U << History::partitions) - 1;

}  // namespace

EngineDriver::EngineDriver(const History& history) : history_(history), ledger_(history) {
    start_process();
    assign(all);
    answer_fetch(true);
    if (history.is_fast) warm_up();
}

void EngineDriver::start_process() {
    engine_ = std::make_unique<Engine>(history_.options, now_);
    keys_.clear();
    runs_.clear();
    recalled_.clear();
    letters_.clear();
    fetches_.clear();
    commit_.reset();
    landed_.clear();
    refused_.clear();
    is_revoking_ = false;
    revoke_due_.reset();
    is_leaving_ = false;
    is_user_paused_ = false;
    may_be_ending_ = false;
}

/// Some quick handlers, so that the engine makes runs longer than one.
void EngineDriver::warm_up() {
    for (int record = 0; record < 40; ++record) {
        poll({.kind = Command::Kind::poll, .which = 0, .count = 1});
        answer_work(0, 1, WorkResult::done);
    }
}

void EngineDriver::play() {
    for (const Command& command : history_.commands) {
        if (is_leaving_) step_close();
        apply(command);
    }
}

void EngineDriver::apply(const Command& command) {
    static constexpr std::array not_done{WorkResult::retry, WorkResult::skip, WorkResult::fail};
    using enum Command::Kind;
    switch (command.kind) {
        case poll:
        case poll_again:
            return this->poll(command);
        case poll_late:
            return this->poll_late(command);
        case done:
            return answer_work(command.which, command.count, WorkResult::done);
        case done_then_not:
            return answer_work(
                command.which,
                command.count,
                command.how < 5 ? not_done[0] : not_done.at(command.how % 3)
            );
        case Command::Kind::give_back:
            return this->give_back();
        case letter:
            return answer_letter(command.how % 2 == 0);
        case Command::Kind::assign:
            return this->assign(command.which);
        case fetched:
            return answer_fetch(command.how < 6);
        case Command::Kind::revoke:
            return this->revoke(command.which);
        case Command::Kind::lose:
            return this->lose(command.which);
        case land:
            return land_commit(command.how % 2 == 0);
        case answer:
            return answer_commit(command.how);
        case Command::Kind::wait:
            return this->wait(command.count);
        case pause:
            is_user_paused_ = !may_be_ending_;
            return send(PauseRequested{});
        case resume:
            is_user_paused_ = false;
            return send(ResumeRequested{});
        case commit:
            return send(CommitRequested{});
        case close:
            may_be_ending_ = true;
            is_user_paused_ = false;
            return send(CloseRequested{
                {.finish = command.how % 2 == 0 ? Finish::in_flight : Finish::buffered_too,
                 .limit = command.count * 1s}});
    }
}

void EngineDriver::send(const Event& event) {
    if (is_broken_) return;
    effects_.clear();
    if (story_ != nullptr) *story_ += to_line(now_, event);
    try {
        engine_->handle(event, now_, effects_);
        engine_->audit();
    } catch (const ContractViolation& violation) {
        is_broken_ = true;
        return ledger_.broken(Law::contract, violation.what());
    }
    const Effects effects = std::exchange(effects_, {});
    if (story_ != nullptr) *story_ += to_lines(effects);
    bool is_closed = false;
    for (const Effect& effect : effects.others) {
        perform(effect);
        is_closed = is_closed || std::holds_alternative<Closed>(effect);
    }
    for (const RecordHandle handle : effects.released) {
        ledger_.released(handle);
        const auto key = keys_.find(handle);
        if (key != keys_.end()) keys_.erase(key);
    }
    effects_ = effects;
    hand_out();
    check_rules(std::holds_alternative<TimePassed>(event));
    if (!is_closed) return;
    ++shapes_.restarts;
    ledger_.process_ended();
    start_process();
}

void EngineDriver::perform(const Effect& effect) {
    if (const auto* fetch = std::get_if<FetchCommitted>(&effect)) {
        CommittedFetched fetched;
        for (const AssignedPartition partition : fetch->partitions) {
            const Partition& from = partitions_.at(partition.partition.value());
            fetched.offsets.push_back(
                {.partition = partition, .next_to_read = from.stored, .metadata = from.metadata}
            );
        }
        fetches_.push_back(std::move(fetched));
    } else if (const auto* complete = std::get_if<CompleteAssign>(&effect)) {
        for (const StartPosition& start : complete->partitions) {
            Partition& partition = partitions_.at(start.partition.partition.value());
            if (partition.owner != start.partition.epoch) {
                ledger_.broken(Law::owner, "a partition is read that is not owned");
            }
            partition.is_reading = true;
            partition.start = std::max<std::int64_t>(start.from.value(), 0);
            partition.position = partition.start;
        }
    } else if (const auto* given = std::get_if<CompleteRevoke>(&effect)) {
        give_up_partitions(*given);
    } else if (const auto* to_pause = std::get_if<PausePartitions>(&effect)) {
        for (const PartitionIndex index : to_pause->partitions) {
            partitions_.at(index.value()).is_paused = true;
            ++shapes_.paused_partition;
        }
    } else if (const auto* to_resume = std::get_if<ResumePartitions>(&effect)) {
        for (const PartitionIndex index : to_resume->partitions) {
            partitions_.at(index.value()).is_paused = false;
            ++shapes_.resumed_partition;
        }
    } else if (const auto* request = std::get_if<CommitOffsets>(&effect)) {
        if (commit_) ledger_.broken(Law::owner, "two commits are on their way");
        for (const OffsetToCommit& offset : request->offsets) {
            ledger_.committing(offset, partitions_.at(offset.partition.partition.value()).owner);
        }
        commit_ = *request;
        refused_.clear();
        landed_.clear();
    } else if (const auto* recall = std::get_if<RecallWork>(&effect)) {
        recalled_.insert(recall->partitions.begin(), recall->partitions.end());
    } else if (const auto* letter = std::get_if<DeadLetter>(&effect)) {
        ledger_.lent(letter->record);
        letters_.push_back(*letter);
    } else if (std::holds_alternative<LeaveGroup>(effect)) {
        is_leaving_ = true;
    }
}

void EngineDriver::give_up_partitions(const CompleteRevoke& given) {
    check_revoke(given);
    for (const PartitionIndex index : given.partitions) {
        Partition& partition = partitions_.at(index.value());
        partition.owner.reset();
        partition.is_reading = false;
        partition.is_paused = false;
        partition.over_since.reset();
        partition.should_be_paused = false;
    }
    is_revoking_ = false;
    revoke_due_.reset();
}

void EngineDriver::hand_out() {
    for (const WorkItem& item : effects_.work) {
        if (!item.continues_run) runs_.emplace_back();
        runs_.back().items.push_back(item);
    }
    // The ledger sees whole runs, in the order in which they were handed out.
    std::vector<WorkItem> run;
    for (std::size_t at = 0; at < effects_.work.size(); ++at) {
        run.push_back(effects_.work[at]);
        if (at + 1 < effects_.work.size() && effects_.work[at + 1].continues_run) continue;
        ledger_.handed_out(run, now_);
        run.clear();
    }
    start_runs();
}

void EngineDriver::start_runs() {
    auto running = std::ranges::count_if(runs_, [](const Run& run) { return run.is_started; });
    for (Run& run : runs_) {
        if (running >= history_.options.concurrency_max) return;
        if (run.is_started) continue;
        run.is_started = true;
        start(run);
        ++running;
    }
}

void EngineDriver::start(const Run& run) {
    if (!run.items.front().is_batch) return ledger_.started(run.items.front());
    const std::vector<WorkItem> call(run.items.begin(), run.items.end());
    for (const WorkItem& item : call) {
        ledger_.started(item, call);
    }
}

/// The client closes: it gives back what it owns, then says so.
void EngineDriver::step_close() {
    if (is_revoking_) return;
    const std::vector<PartitionIndex> left = owned(all);
    if (left.empty()) return send(ClientClosed{});
    is_revoking_ = true;
    revoked_ = left;
    revoked_at_ = now_;
    send(PartitionsRevoked{left});
}

std::vector<PartitionIndex> EngineDriver::owned(std::uint32_t bits) const {
    std::vector<PartitionIndex> indices;
    for (std::uint32_t number = 0; number < History::partitions; ++number) {
        const bool is_wanted = (bits >> number & 1U) != 0;
        if (is_wanted && partitions_.at(number).owner) indices.emplace_back(number);
    }
    return indices;
}

/// What comes of this life counts: the member owns it and has not begun to leave.
bool EngineDriver::is_effective(AssignedPartition partition) const {
    return !is_leaving_ && partitions_.at(partition.partition.value()).owner == partition.epoch;
}

bool EngineDriver::is_gone(const Run& run) const {
    const AssignedPartition partition = run.items.front().partition;
    return partitions_.at(partition.partition.value()).owner != partition.epoch;
}

void EngineDriver::finish() {
    int steps = 0;
    while (!is_broken_ && !step_finish()) {
        if (++steps < 3'000) continue;
        std::string what = "the churn has stopped and the engine does not come to an end";
        for (std::uint32_t number = 0; number < History::partitions; ++number) {
            const Partition& partition = partitions_.at(number);
            const auto left = ledger_.unprocessed(number);
            const bool is_stored = partition.stored.value() > ledger_.last_delivered(number);
            if (left.empty() && is_stored) continue;
            what += "; partition " + std::to_string(number);
            what += !partition.owner        ? " is not owned"
                    : !partition.is_reading ? " is owned and was never read"
                    : partition.is_paused   ? " stays paused"
                                          : " is read up to " + std::to_string(partition.position);
            what += left.empty()
                        ? ", all is processed"
                        : ", offset " + std::to_string(left.front()) + " and " +
                              std::to_string(left.size() - 1) + " others are not processed";
            what += is_stored ? "" : ", stored is " + std::to_string(partition.stored.value());
        }
        what += commit_ ? "; a commit is unanswered" : "; no commit is on its way";
        return ledger_.broken(Law::ending, what);
    }
}

bool EngineDriver::step_finish() {
    if (is_leaving_) step_close();
    is_user_paused_ = false;
    send(ResumeRequested{});
    give_back();
    while (!runs_.empty() && !is_broken_) {
        answer_work(0, 1, WorkResult::done);
    }
    while (!letters_.empty() && !is_broken_) {
        answer_letter(true);
    }
    while (!fetches_.empty() && !is_broken_) {
        answer_fetch(true);
    }
    if (commit_) answer_commit(0);
    assign(all);
    bool is_done = true;
    for (std::uint32_t number = 0; number < History::partitions; ++number) {
        const std::int64_t last = ledger_.last_delivered(number);
        const Partition& partition = partitions_.at(number);
        if (partition.position <= last) {
            poll({.kind = Command::Kind::poll, .which = number, .count = 8});
        }
        is_done = is_done && ledger_.unprocessed(number).empty() &&
                  (last < 0 || partition.stored.value() > last);
    }
    wait(0);
    return is_done && !commit_;
}

}  // namespace odradek
