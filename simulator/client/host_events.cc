// What the client says, in the engine's words.

#include "odradek/contract.h"

#include "simulator/client/host.h"

#include <algorithm>
#include <array>
#include <utility>

namespace odradek::sim {
namespace {

constexpr std::array means_unknown = {
    KafkaError::client_transport,
    KafkaError::client_timed_out,
    KafkaError::client_wait_coord,
    KafkaError::coordinator_not_available,
    KafkaError::request_timed_out,
    KafkaError::unknown,
};

Errc code_of(KafkaError error) {
    if (std::ranges::find(means_unknown, error) != means_unknown.end()) {
        return Errc::commit_unknown;
    }
    if (error == KafkaError::unknown_topic_or_part) return Errc::unknown_topic;
    if (error == KafkaError::group_authorization_failed ||
        error == KafkaError::topic_authorization_failed) {
        return Errc::not_authorized;
    }
    return error == KafkaError::fenced_instance_id ? Errc::fenced : Errc::commit_refused;
}

Error error_of(KafkaError error) {
    return {code_of(error), std::string{name_of(error)}, {}};
}

std::optional<Error> maybe_error(KafkaError error) {
    return error == KafkaError::none ? std::nullopt : std::optional{error_of(error)};
}

}  // namespace

void Host::take(const RebalanceEvent& event) {
    if (event.kind == RebalanceEvent::Kind::assign) {
        assign_is_incremental_ = event.incremental;
        PartitionsAssigned assigned;
        for (const PartitionNumber number : event.partitions) {
            const PartitionIndex index = index_of(number);
            Met& partition = met(index);
            partition.epoch = context_.next_epoch();
            partition.is_owned = true;
            context_.ledger.write(TraceEvent::Kind::assigned, number, no_offset, partition.epoch);
            assigned.partitions.push_back({index, partition.epoch});
        }
        return handle(assigned);
    }
    revoke_is_incremental_ = event.incremental;
    std::vector<PartitionIndex> indices;
    for (const PartitionNumber number : event.partitions) {
        const PartitionIndex index = index_of(number);
        indices.push_back(index);
        if (!event.lost || !met(index).is_owned) continue;
        met(index).is_owned = false;
        context_.ledger.write(TraceEvent::Kind::lost, number, no_offset, met(index).epoch);
    }
    if (event.lost)
        handle(PartitionsLost{std::move(indices)});
    else
        handle(PartitionsRevoked{std::move(indices)});
}

void Host::take(const CommitEvent& event) {
    const auto committing = committing_.extract(event.commit);
    expects(!committing.empty());
    const std::vector<AssignedPartition>& asked = committing.mapped();
    CommitAnswered answered{.commit = CommitId{event.commit}, .partitions = {}};
    for (std::size_t i = 0; i < asked.size(); ++i) {
        answered.partitions.push_back({asked[i], maybe_error(event.partitions.at(i).error)});
    }
    handle(answered);
}

void Host::take(const CommittedEvent& event) {
    const auto fetching = fetching_.extract(event.request);
    expects(!fetching.empty());
    CommittedFetched fetched;
    const std::vector<AssignedPartition>& asked = fetching.mapped();
    for (std::size_t i = 0; i < asked.size(); ++i) {
        CommittedOffset& committed = fetched.offsets.emplace_back();
        committed.partition = asked[i];
        committed.error = maybe_error(event.error);
        if (event.error != KafkaError::none) continue;
        committed.next_to_read = event.offsets.at(i).next_to_read;
        committed.metadata = event.offsets.at(i).metadata;
        committed.error = maybe_error(event.offsets.at(i).error);
    }
    handle(fetched);
}

void Host::take(const ErrorEvent& event) {
    context_.ledger.tracer().write(
        TraceEvent::Kind::note, {.member = context_.ledger.member()}, name_of(event.error)
    );
    if (!event.fatal) return;
    for (Met& partition : met_) {
        if (!std::exchange(partition.is_owned, false)) continue;
        context_.ledger.write(TraceEvent::Kind::lost, partition.number, no_offset, partition.epoch);
    }
    handle(ClientFailed{error_of(event.error)});
}

void Host::take(const ClosedEvent& /*event*/) {
    handle(ClientClosed{});
}

}  // namespace odradek::sim
