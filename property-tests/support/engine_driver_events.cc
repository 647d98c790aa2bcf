// What the world tells the engine, one function for each kind of event.

#include "engine/core/offsets/codec.h"
#include "property-tests/support/engine_driver.h"

#include <algorithm>
#include <utility>

namespace odradek {

namespace {

using namespace std::chrono_literals;

const Error failed{Errc::commit_refused, "refused by the history", ""};

}  // namespace

PolledRecord EngineDriver::make_record(std::uint32_t partition, std::int64_t offset) {
    const RecordHandle handle{++handle_};
    const std::uint32_t key = history_.key(partition, offset);
    std::span<const std::byte> bytes;
    if (key != null_key) {
        // Each record has its own copy, long enough to lie on the heap: one that is read after its
        // release is seen by AddressSanitizer.
        std::string& copy = keys_[handle];
        if (key != empty_key) copy = "a key of more than fifteen letters " + std::to_string(key);
        bytes = std::as_bytes(std::span{copy.data(), copy.size()});
    }
    return {
        .offset = Offset{offset},
        .handle = handle,
        .key = bytes,
        .bytes = 10,
        .lane = VirtualPartition{key % 3}};
}

void EngineDriver::poll(const Command& command) {
    const std::uint32_t number = command.which % History::partitions;
    Partition& partition = partitions_.at(number);
    if (!partition.owner || !partition.is_reading || partition.is_paused) return;
    if (command.kind == Command::Kind::poll_again) {
        partition.position = std::max(
            partition.start, partition.position - static_cast<std::int64_t>(command.count)
        );
    }
    std::vector<PolledRecord> records;
    while (records.size() < command.count) {
        const std::int64_t offset = partition.position++;
        if (!history_.exists(offset)) continue;
        records.push_back(make_record(number, offset));
        ledger_.delivered(
            {PartitionIndex{number}, *partition.owner}, offset, records.back().handle
        );
    }
    send(RecordsPolled{{PartitionIndex{number}, *partition.owner}, records});
}

void EngineDriver::poll_late(const Command& command) {
    const std::uint32_t number = command.which % History::partitions;
    // The epoch before the present one may have been another partition's: just as dead.
    const Epoch dead{partitions_.at(number).owner.value_or(Epoch{epoch_ + 1}).value() - 1};
    const std::int64_t offset = std::max<std::int64_t>(ledger_.last_delivered(number), 0);
    if (!history_.exists(offset)) return;
    const PolledRecord record = make_record(number, offset);
    ledger_.delivered({PartitionIndex{number}, dead}, offset, record.handle);
    send(RecordsPolled{{PartitionIndex{number}, dead}, {&record, 1}});
}

void EngineDriver::answer_work(std::size_t which, std::uint32_t count, WorkResult last) {
    const auto started =
        std::ranges::count_if(runs_, [](const Run& run) { return run.is_started; });
    if (started == 0) return;
    auto run = runs_.begin();
    for (auto skip = static_cast<std::ptrdiff_t>(which) % started; skip > 0 || !run->is_started;) {
        if (run->is_started) --skip;
        ++run;
    }
    if (run->items.front().is_batch) return answer_batch(run, count, last);
    const bool is_all_done = last == WorkResult::done;
    const std::size_t run_length = run->items.size();
    const std::size_t answered = std::min<std::size_t>(count, run_length);
    std::vector<FinishedWork> finished;
    for (std::size_t at = 0; at < run_length; ++at) {
        const bool is_last = at + 1 == answered;
        if (at >= answered && is_all_done) break;
        const WorkItem item = run->items.front();
        run->items.pop_front();
        ledger_.left_executor(item);
        WorkResult result = is_last ? last : WorkResult::done;
        if (at >= answered) result = WorkResult::unstarted;
        const Duration took = history_.is_fast || at >= answered ? 0ns : 1ms;
        finished.push_back({.work = item.work, .result = result, .took = took});
        if (result == WorkResult::unstarted) {
            ++shapes_.run_returned_unstarted;
            continue;
        }
        if (at > 0) ledger_.started(item);
        note_attempt(item, result);
    }
    if (!is_all_done && run_length > 1) ++shapes_.not_done_inside_a_run;
    if (run->items.empty()) {
        runs_.erase(run);
    } else {
        ledger_.started(run->items.front());
    }
    start_runs();
    send(WorkFinished{.finished = finished, .reasons = {}});
}

/// The handler answers for a whole batch: one record of it with `last` and the others done, or all
/// of it alike, or it ends before the last one.
void EngineDriver::answer_batch(
    std::deque<Run>::iterator run, std::uint32_t count, WorkResult last
) {
    const std::vector<WorkItem> batch(run->items.begin(), run->items.end());
    const std::size_t exception = count % batch.size();
    std::vector<WorkResult> results(batch.size(), count % 3 == 0 ? WorkResult::done : last);
    results[exception] = last;
    if (count % 3 == 1 && last != WorkResult::done) results.back() = WorkResult::unstarted;
    const std::vector<bool> counts = ledger_.counting(batch, results);
    std::vector<FinishedWork> finished;
    std::set<std::uint32_t> keys;
    for (std::size_t at = 0; at < batch.size(); ++at) {
        const WorkItem& item = batch[at];
        keys.insert(history_.key(item.partition.partition.value(), item.offset.value()));
        ledger_.left_executor(item);
        finished.push_back({.work = item.work, .result = results[at], .took = 1ms});
        if (results[at] == WorkResult::fail || results[at] == WorkResult::retry) {
            may_be_ending_ =
                may_be_ending_ || history_.options.retry.then == AfterLastAttempt::stop;
        }
        if (!counts[at]) continue;
        if (results[at] == WorkResult::done) ledger_.completed(item);
        if (ledger_.finishes(item, results[at]) && is_effective(item.partition)) {
            ledger_.processed(item.partition, item.offset);
        }
    }
    shapes_.batch_of_several_lanes += keys.size() > 1 ? 1 : 0;
    shapes_.not_done_inside_a_batch += last != WorkResult::done && batch.size() > 1 ? 1 : 0;
    runs_.erase(run);
    start_runs();
    send(WorkFinished{.finished = finished, .reasons = {}});
}

/// A handler has run: with what outcome for the record, as the retry options say.
void EngineDriver::note_attempt(const WorkItem& item, WorkResult result) {
    const RetryOptions& retry = history_.options.retry;
    if (result == WorkResult::done) ledger_.completed(item);
    const bool is_given_up =
        result == WorkResult::fail || (result == WorkResult::retry && retry.attempts_max != 0 &&
                                       item.attempt >= retry.attempts_max);
    if (is_given_up && retry.then == AfterLastAttempt::stop) may_be_ending_ = true;
    const bool is_again = result == WorkResult::retry && !is_given_up;
    shapes_.retried += is_again ? 1 : 0;
    ledger_.attempted(item, is_again ? std::optional{now_ + retry.delay} : std::nullopt);
    const bool is_skipped =
        result == WorkResult::skip || (is_given_up && retry.then == AfterLastAttempt::skip);
    if ((result == WorkResult::done || is_skipped) && is_effective(item.partition)) {
        ledger_.processed(item.partition, item.offset);
    }
}

/// What was recalled and is not started comes back: whole runs, and the rests of running ones.
void EngineDriver::give_back() {
    std::vector<FinishedWork> finished;
    for (auto run = runs_.begin(); run != runs_.end();) {
        const bool is_recalled = recalled_.contains(run->items.front().partition.partition);
        const std::size_t begun = run->items.front().is_batch ? run->items.size() : 1;
        const std::size_t kept = run->is_started || !is_recalled ? begun : 0;
        for (std::size_t at = kept; is_recalled && at < run->items.size(); ++at) {
            ledger_.left_executor(run->items[at]);
            finished.push_back({.work = run->items[at].work, .result = WorkResult::unstarted});
        }
        if (is_recalled) run->items.resize(kept);
        run = run->items.empty() ? runs_.erase(run) : std::next(run);
    }
    recalled_.clear();
    if (finished.empty()) return;
    ++shapes_.run_returned_unstarted;
    start_runs();
    send(WorkFinished{.finished = finished, .reasons = {}});
}

void EngineDriver::answer_letter(bool is_stored) {
    if (letters_.empty()) return;
    const DeadLetter letter = letters_.front();
    letters_.pop_front();
    ledger_.returned(letter.record, is_stored);
    if (is_stored && is_effective(letter.partition)) {
        ledger_.processed(letter.partition, letter.offset);
    }
    if (!is_stored) ++shapes_.dead_letter_refused;
    send(DeadLetterAnswered{letter.work, is_stored ? std::nullopt : std::optional{failed}});
}

void EngineDriver::assign(std::uint32_t bits) {
    const bool is_loading = std::ranges::any_of(partitions_, [](const Partition& partition) {
        return partition.owner && !partition.is_reading;
    });
    if (is_revoking_ || is_leaving_ || is_loading) return;
    PartitionsAssigned assigned;
    for (std::uint32_t number = 0; number < History::partitions; ++number) {
        Partition& partition = partitions_.at(number);
        if ((bits >> number & 1U) == 0 || partition.owner) continue;
        partition.owner = Epoch{++epoch_};
        assigned.partitions.push_back({PartitionIndex{number}, *partition.owner});
        if (std::ranges::any_of(runs_, [&](const Run& run) {
                return run.items.front().partition.partition.value() == number;
            })) {
            ++shapes_.reassigned_with_abandoned_work;
        }
    }
    if (!assigned.partitions.empty()) send(assigned);
}

void EngineDriver::answer_fetch(bool is_read) {
    if (fetches_.empty()) return;
    CommittedFetched fetched = std::move(fetches_.front());
    fetches_.pop_front();
    for (const CommittedOffset& offset : fetched.offsets) {
        const auto map = decode(offset.metadata, std::max(offset.next_to_read, Offset{0}), {});
        if (map) ledger_.loaded(offset.partition, map->map);  // true even if it cannot be read now
        shapes_.map_loaded += offset.metadata.empty() || !is_read ? 0 : 1;
    }
    if (!is_read) fetched.offsets.front().error = failed;
    send(fetched);
}

void EngineDriver::revoke(std::uint32_t bits) {
    const std::vector<PartitionIndex> given = owned(bits);
    if (is_revoking_ || is_leaving_ || given.empty()) return;
    is_revoking_ = true;
    revoked_ = given;
    revoked_at_ = now_;
    for (const Run& run : runs_) {
        const bool is_of_it = std::ranges::count(given, run.items.front().partition.partition) > 0;
        shapes_.revoke_with_work_out += is_of_it && !is_gone(run) ? 1 : 0;
    }
    send(PartitionsRevoked{given});
}

void EngineDriver::lose(std::uint32_t bits) {
    const std::vector<PartitionIndex> lost = owned(bits);
    if (lost.empty()) return;
    if (is_revoking_) revoked_at_ -= 1h;  // what is being given back goes with it, as it is
    for (const PartitionIndex index : lost) {
        partitions_.at(index.value()).owner.reset();  // from now on, whatever the engine knows
        partitions_.at(index.value()).is_reading = false;
    }
    for (const Run& run : runs_) {
        const bool is_of_it = std::ranges::count(lost, run.items.front().partition.partition) > 0;
        shapes_.lost_with_work_out += is_of_it ? 1 : 0;
    }
    send(PartitionsLost{lost});
}

/// The broker takes the commit, of the partitions that the member still owns in that life.
void EngineDriver::land_commit(bool is_stored) {
    if (!commit_ || !landed_.empty()) return;
    for (const OffsetToCommit& offset : commit_->offsets) {
        const std::uint32_t number = offset.partition.partition.value();
        Partition& partition = partitions_.at(number);
        const bool is_taken = is_stored && partition.owner == offset.partition.epoch;
        landed_[offset.partition] = is_taken;
        if (!is_taken) {
            ++shapes_.commit_not_stored;
            continue;
        }
        ledger_.stored(number, partition.stored, offset.next_to_read);
        partition.stored = offset.next_to_read;
        partition.metadata = offset.metadata;
    }
}

void EngineDriver::answer_commit(std::uint32_t how) {
    if (!commit_) return;
    land_commit(how % 4 < 2);
    CommitAnswered answered{.commit = commit_->commit, .partitions = {}};
    for (const auto& [partition, is_taken] : landed_) {
        const bool is_known = how % 4 != 1;  // else stored, and the answer is lost
        shapes_.commit_answer_lost += is_known ? 0 : 1;
        answered.partitions.push_back({partition, {}});
        if (!is_taken || !is_known) answered.partitions.back().error = failed;
    }
    commit_.reset();
    landed_.clear();
    refused_.clear();
    for (const CommittedPartition& one : answered.partitions) {
        if (one.error) refused_.push_back(one.partition);
    }
    refused_at_ = now_;
    send(answered);
}

void EngineDriver::wait(std::uint32_t count) {
    const Instant wanted =
        count % 2 == 0 ? engine_->next_deadline().value_or(now_) : now_ + count * 700ms;
    now_ = std::max(now_, wanted);
    send(TimePassed{});
}

}  // namespace odradek
