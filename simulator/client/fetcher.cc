#include "simulator/client/fetcher.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace odradek::sim {
namespace {

constexpr Duration error_backoff = std::chrono::milliseconds{500};  // fetch.error.backoff.ms
constexpr Duration reset_delay = std::chrono::milliseconds{100};    // BM-42

}  // namespace

Fetcher::Fetcher(const ClientContext& context, Metadata& metadata, Hooks hooks)
    : context_(context)
    , metadata_(metadata)
    , hooks_(std::move(hooks))
    , channels_(context) {}

Fetcher::State& Fetcher::state(PartitionNumber partition) {
    if (states_.size() <= partition.value()) states_.resize(partition.value() + 1);
    return states_[partition.value()];
}

void Fetcher::restart(State& state, Offset from) {
    ++state.version;
    state.queued = 0;
    state.next_fetch = from;
    state.position = from;
    state.end_told = no_offset;
}

void Fetcher::assign(PartitionNumber partition, Offset from) {
    State& started = state(partition);
    if (started.phase == State::Phase::absent) assigned_.push_back(partition);
    restart(started, from);
    started.last_start = from;
    started.backed_off_until = {};
    started.phase = from == no_offset ? State::Phase::wants_offset : State::Phase::active;
    if (from == no_offset)
        reset(partition);
    else if (metadata_.leader_of(partition) == no_broker)
        back_off(partition);
}

void Fetcher::unassign(PartitionNumber partition) {
    State& stopped = state(partition);
    if (stopped.phase == State::Phase::absent) return;
    stopped.phase = State::Phase::absent;
    ++stopped.version;
    stopped.queued = 0;
    std::erase(assigned_, partition);
}

void Fetcher::unassign_all() {
    while (!assigned_.empty())
        unassign(assigned_.back());
}

void Fetcher::pause(PartitionNumber partition) {
    State& paused = state(partition);
    paused.paused = true;
    if (paused.phase != State::Phase::active) return;
    restart(paused, paused.position);
    paused.last_start = paused.position;
}

void Fetcher::resume(PartitionNumber partition) {
    State& resumed = state(partition);
    const bool was_paused = std::exchange(resumed.paused, false);
    if (resumed.phase != State::Phase::active) return;
    if (!was_paused && context_.options.library != Library::v2_0_2) return;
    // BM-285, as 2.0.2 does it: not paused, and yet from an old position.
    restart(resumed, was_paused ? resumed.position : resumed.last_start);
    pump();
}

void Fetcher::seek(PartitionNumber partition, Offset to) {
    State& moved = state(partition);
    if (moved.phase != State::Phase::active) return;
    restart(moved, to);
    moved.last_start = to;
    pump();
}

void Fetcher::hold_all() {
    held_ = true;
    for (const PartitionNumber partition : assigned_) {
        State& held = state(partition);
        if (held.phase == State::Phase::active) restart(held, held.position);
    }
}

void Fetcher::release_all() {
    held_ = false;
    pump();
}

bool Fetcher::wants_fetch(const State& state) const {
    return state.phase == State::Phase::active && !state.paused &&
           state.backed_off_until <= context_.now() &&
           state.queued < context_.options.queued_records;
}

void Fetcher::pump() {
    if (held_) return;
    for (const PartitionNumber partition : assigned_) {
        const State& wanted = state(partition);
        if (metadata_.leader_of(partition) == no_broker && wants_fetch(wanted)) {
            back_off(partition);
        }
    }
    for (BrokerNumber broker = 0; broker < context_.cluster.broker_count(); ++broker) {
        pump_broker(broker);
    }
}

void Fetcher::pump_broker(BrokerNumber broker) {
    Source& source = sources_[broker];
    if (held_ || source.outstanding || assigned_.empty()) return;
    FetchRequest request{
        .partitions = {},
        .read_uncommitted = context_.options.read_uncommitted,
        .wait_max = context_.options.fetch_wait_max,
        .partition_bytes = context_.options.fetch_partition_bytes,
        .bytes = context_.options.fetch_bytes,
    };
    ++source.first;
    for (std::size_t i = 0; i < assigned_.size(); ++i) {
        const PartitionNumber partition = assigned_[(source.first + i) % assigned_.size()];
        const State& wanted = state(partition);
        if (metadata_.leader_of(partition) != broker || !wants_fetch(wanted)) continue;
        request.partitions.push_back({partition, wanted.next_fetch, wanted.version});
    }
    if (request.partitions.empty()) return;
    source.outstanding = true;
    channels_.to(broker).call(
        std::move(request),
        context_.of_own_clock(context_.options.request_timeout),
        [this, broker](Answer answer) { fetched(broker, std::move(answer)); }
    );
}

void Fetcher::fetched(BrokerNumber broker, Answer answer) {
    sources_[broker].outstanding = false;
    if (!answer.has_value()) {  // BM-300: nobody is told
        for (const PartitionNumber partition : assigned_) {
            if (metadata_.leader_of(partition) == broker) back_off(partition);
        }
        // The leader may have moved while nobody answered: then nothing is backed off.
        context_.after(error_backoff, [this] { pump(); });
        return;
    }
    for (FetchedPartition& partition : std::get<FetchResponse>(*answer).partitions) {
        accept(partition);
    }
    pump();  // all brokers: a leader may have moved meanwhile
    if (has_records()) hooks_.readable();
}

void Fetcher::accept(FetchedPartition& fetched) {
    const PartitionNumber partition = fetched.position.partition;
    State& target = state(partition);
    if (target.phase != State::Phase::active || target.version != fetched.position.version) return;
    if (fetched.error != KafkaError::none) return refused(partition, fetched.error);
    for (const Batch* const batch : fetched.batches) {
        if (batch->last < target.next_fetch) continue;
        std::span<const LogRecord> records;
        if (can_be_read(*batch)) records = batch->records;
        // BM-23: the batch begins earlier than what was asked for.
        const auto first =
            std::ranges::lower_bound(records, target.next_fetch, {}, &LogRecord::offset);
        records = records.subspan(static_cast<std::size_t>(first - records.begin()));
        target.next_fetch = next(batch->last);  // BM-27
        target.queued += records.size();
        if (records.empty() && batch->kind == Batch::Kind::aborted) continue;  // BM-33
        queue_.push_back({partition, target.version, records, target.next_fetch});
    }
    tell_end(partition, target, fetched.end);
}

bool Fetcher::can_be_read(const Batch& batch) const {
    if (batch.kind == Batch::Kind::data) return true;
    return context_.options.read_uncommitted && batch.kind != Batch::Kind::marker;
}

// BM-36.
void Fetcher::tell_end(PartitionNumber partition, State& target, Offset end) {
    const bool tells = context_.options.partition_eof && target.next_fetch == end;
    if (!tells || target.end_told == end) return;
    target.end_told = end;
    queue_.push_back({partition, target.version, {}, target.next_fetch, true});
}

Offset Fetcher::position(PartitionNumber partition) {
    skip_outdated();
    return state(partition).position;
}

void Fetcher::refused(PartitionNumber partition, KafkaError error) {
    if (error == KafkaError::offset_out_of_range) return reset(partition);
    back_off(partition);  // BM-61
}

void Fetcher::back_off(PartitionNumber partition) {
    state(partition).backed_off_until = context_.now() + context_.of_own_clock(error_backoff);
    metadata_.refresh([this] { pump(); });
    context_.after(error_backoff, [this] { pump(); });
}

void Fetcher::reset(PartitionNumber partition) {
    State& lost = state(partition);
    restart(lost, lost.position);
    if (context_.options.reset == ResetPolicy::error) {
        lost.phase = State::Phase::stopped;
        return hooks_.failed(partition, KafkaError::client_auto_offset_reset);
    }
    lost.phase = State::Phase::wants_offset;
    context_.tracer.probe("offset reset", context_.member);
    context_.after(reset_delay, [this, partition, version = lost.version] {
        ask_offset(partition, version);
    });
}

void Fetcher::ask_offset(PartitionNumber partition, std::uint32_t version) {
    const auto is_current = [this, partition, version] {
        const State& asking = state(partition);
        return asking.phase == State::Phase::wants_offset && asking.version == version;
    };
    if (!is_current()) return;
    const auto again = [this, partition, version] {
        metadata_.refresh({});
        context_.after(error_backoff, [this, partition, version] {
            ask_offset(partition, version);
        });
    };
    const BrokerNumber leader = metadata_.leader_of(partition);
    if (leader == no_broker) return again();
    channels_.to(leader).call(
        ListOffsetsRequest{
            partition,
            context_.options.reset == ResetPolicy::latest,
            context_.options.read_uncommitted},
        context_.of_own_clock(context_.options.request_timeout),
        [this, partition, is_current, again](Answer answer) {
            if (!is_current()) return;
            if (!answer.has_value()) return again();
            const auto& listed = std::get<ListOffsetsResponse>(*answer);
            if (listed.error != KafkaError::none) return again();
            State& found = state(partition);
            restart(found, listed.offset);
            found.last_start = listed.offset;
            found.phase = State::Phase::active;
            pump();
        }
    );
}

void Fetcher::skip_outdated() {
    while (!queue_.empty()) {
        const Fetched& front = queue_.front();
        State& owner = state(front.partition);
        const bool is_current =
            owner.phase == State::Phase::active && owner.version == front.version;
        if (is_current && (front.is_end || !front.records.empty())) return;
        if (is_current) owner.position = front.position_after;  // BM-31
        queue_.pop_front();
    }
}

bool Fetcher::has_records() {
    skip_outdated();
    return !queue_.empty();
}

Delivery Fetcher::take(std::size_t records_max) {
    skip_outdated();
    if (queue_.empty() || records_max == 0) return {};
    Fetched& front = queue_.front();
    State& owner = state(front.partition);
    if (front.is_end) {
        const Delivery end{front.partition, {}, front.position_after};
        queue_.pop_front();
        return end;
    }
    const std::size_t count = std::min(records_max, front.records.size());
    const Delivery delivery{front.partition, front.records.first(count)};
    front.records = front.records.subspan(count);
    owner.position = next(delivery.records.back().offset);
    const bool was_full = owner.queued >= context_.options.queued_records;
    owner.queued -= count;
    if (front.records.empty()) {
        owner.position = front.position_after;
        queue_.pop_front();
    }
    if (was_full) pump();
    return delivery;
}

}  // namespace odradek::sim
