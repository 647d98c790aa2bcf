#include "simulator/client/offset_client.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

namespace odradek::sim {
namespace {

constexpr int retries_max = 2;                                      // BM-226
constexpr Duration retry_backoff = std::chrono::milliseconds{100};  // retry.backoff.ms
constexpr Duration fetch_limit = std::chrono::seconds{30};  // the adapter's rd_kafka_committed

bool is_retried(KafkaError error) {
    return error == KafkaError::coordinator_load_in_progress ||
           error == KafkaError::unknown_topic_or_part || error == KafkaError::request_timed_out ||
           means_other_coordinator(error);
}

bool is_deferred(KafkaError error) {
    return error == KafkaError::not_coordinator || error == KafkaError::coordinator_not_available ||
           error == KafkaError::client_transport;
}

}  // namespace

OffsetClient::OffsetClient(const ClientContext& context, CoordinatorLink& link, Hooks hooks)
    : context_(context)
    , link_(link)
    , hooks_(std::move(hooks)) {}

void OffsetClient::commit(std::uint64_t id, std::vector<OffsetToStore> offsets) {
    ++outstanding_;
    Commit commit{.id = id};
    commit.request.group = context_.group;
    commit.request.instance_id = context_.options.static_id;
    commit.request.sent_by = context_.member;
    commit.request.offsets = std::move(offsets);
    commit.give_up_at = context_.now() + context_.of_own_clock(context_.options.session_timeout);
    build_and_send(std::move(commit));
}

void OffsetClient::build_and_send(Commit commit) {
    if (link_.is_known()) {
        const Stamp stamp = hooks_.stamp();
        commit.request.member_id = stamp.member_id;
        commit.request.generation = stamp.generation;
        return send(std::move(commit));
    }
    const auto waiting = std::make_shared<Commit>(std::move(commit));
    const auto taken = std::make_shared<bool>(false);
    link_.when_known([this, waiting, taken] {
        if (!std::exchange(*taken, true)) build_and_send(std::move(*waiting));
    });
    if (*taken) return;
    const Instant limit = std::max(waiting->give_up_at, context_.now());
    context_.scheduler().at(limit, context_.process, [this, waiting, taken] {
        if (!std::exchange(*taken, true)) finish(*waiting, KafkaError::client_wait_coord);
    });
}

void OffsetClient::send(Commit commit) {
    if (!link_.is_known()) return failed(std::move(commit), KafkaError::client_transport);
    OffsetCommitRequest copy = commit.request;
    const auto kept = std::make_shared<Commit>(std::move(commit));
    link_.call(std::move(copy), context_.options.request_timeout, [this, kept](Answer answer) {
        answered(std::move(*kept), std::move(answer));
    });
}

void OffsetClient::answered(Commit commit, Answer answer) {
    if (!answer.has_value()) return failed(std::move(commit), answer.error());
    auto& partitions = std::get<OffsetCommitResponse>(*answer).partitions;
    const bool all_failed = std::ranges::none_of(partitions, [](const StoredPartition& each) {
        return each.error == KafkaError::none;
    });
    if (all_failed && !partitions.empty() && is_retried(partitions.back().error)) {  // BM-225
        return failed(std::move(commit), partitions.back().error);
    }
    finish(commit, std::move(partitions));
}

void OffsetClient::failed(Commit commit, KafkaError error) {
    if (means_other_coordinator(error)) link_.forget();
    if (commit.tries < retries_max && is_retried(error)) {
        ++commit.tries;
        const auto kept = std::make_shared<Commit>(std::move(commit));
        context_.after(retry_backoff, [this, kept] { send(std::move(*kept)); });
        return;
    }
    if (!commit.deferred && is_deferred(error)) {
        commit.deferred = true;
        commit.tries = 0;  // a new request
        context_.tracer.probe("commit deferred", context_.member);
        return build_and_send(std::move(commit));
    }
    finish(commit, error);
}

void OffsetClient::finish(const Commit& commit, KafkaError error) {
    std::vector<StoredPartition> partitions;
    for (const OffsetToStore& offset : commit.request.offsets) {
        partitions.push_back({offset.partition, error});
    }
    finish(commit, std::move(partitions));
}

void OffsetClient::finish(const Commit& commit, std::vector<StoredPartition> partitions) {
    --outstanding_;
    // BM-224: the last failing partition's error is the whole commit's, and the library writes it
    // to the entries that were stored as well (case FT_4).
    KafkaError last = KafkaError::none;
    for (const StoredPartition& each : partitions)
        last = each.error == KafkaError::none ? last : each.error;
    if (last != KafkaError::none) {
        for (StoredPartition& each : partitions)
            each.error = last;
    }
    trace_failures(commit, partitions);
    hooks_.committed({commit.id, std::move(partitions)});
    if (last != KafkaError::none) hooks_.refused(last);
    if (outstanding_ == 0) hooks_.settled();
}

void OffsetClient::trace_failures(
    const Commit& commit, const std::vector<StoredPartition>& partitions
) {
    for (std::size_t i = 0; i < partitions.size(); ++i) {
        if (partitions[i].error == KafkaError::none) continue;
        const Partition& place = context_.cluster.partition(partitions[i].partition);
        context_.tracer.write(
            TraceEvent::Kind::commit_failed,
            {.member = context_.member,
             .topic = place.topic,
             .partition = place.id,
             .offset = commit.request.offsets[i].next_to_read},
            name_of(partitions[i].error)
        );
    }
}

void OffsetClient::fetch(std::uint64_t id, std::vector<PartitionNumber> partitions) {
    ask({id, std::move(partitions), context_.now() + context_.of_own_clock(fetch_limit)});
}

void OffsetClient::ask(Question question) {
    const auto kept = std::make_shared<Question>(std::move(question));
    link_.when_known([this, kept] {
        link_.call(
            OffsetFetchRequest{context_.group, kept->partitions},
            context_.options.request_timeout,
            [this, kept](Answer answer) { asked(std::move(*kept), std::move(answer)); }
        );
    });
}

void OffsetClient::asked(Question question, Answer answer) {
    KafkaError error = answer.has_value() ? KafkaError::none : answer.error();
    if (answer.has_value()) error = std::get<OffsetFetchResponse>(*answer).error;
    if (error == KafkaError::none) {
        auto& offsets = std::get<OffsetFetchResponse>(*answer).offsets;
        const bool unstable = std::ranges::any_of(offsets, [](const FetchedOffset& each) {
            return each.error == KafkaError::unstable_offset_commit;
        });
        if (unstable) {  // BM-235: asked again without end
            const auto again = std::make_shared<Question>(std::move(question));
            context_.after(retry_backoff, [this, again] { ask(std::move(*again)); });
            return;
        }
        return hooks_.fetched({question.id, KafkaError::none, std::move(offsets)});
    }
    if (means_other_coordinator(error)) link_.forget();
    if (context_.now() >= question.give_up_at) return hooks_.fetched({question.id, error, {}});
    const auto kept = std::make_shared<Question>(std::move(question));
    context_.after(retry_backoff, [this, kept] { ask(std::move(*kept)); });
}

}  // namespace odradek::sim
