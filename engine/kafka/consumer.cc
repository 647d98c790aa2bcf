#include "engine/kafka/consumer.h"

#include "odradek/contract.h"

#include "engine/base/lane_chooser.h"
#include "engine/kafka/client_config.h"
#include "engine/kafka/committed_offsets.h"
#include "engine/kafka/error_map.h"
#include "engine/kafka/record_source.h"

#include <array>
#include <cstring>
#include <utility>

namespace odradek::kafka {

namespace {

using Take = std::function<void(const odradek::Event&)>;

/// Bookkeeping of librdkafka and of the core beside a record's own bytes, for the memory limit.
constexpr std::size_t record_overhead = 256;

std::string join_mistakes(const std::vector<Error>& mistakes) {
    std::string text;
    for (const Error& mistake : mistakes) {
        if (!text.empty()) text += "; ";
        text += mistake.where.empty() ? mistake.what : mistake.where + " " + mistake.what;
    }
    return text;
}

PolledRecord to_polled(rd_kafka_message_t& message) {
    const auto* key = static_cast<const std::byte*>(message.key);
    return {
        .offset = Offset{message.offset},
        .handle = RecordHandle{reinterpret_cast<std::uint64_t>(&message)},
        .key = {key, message.key_len},
        .bytes = static_cast<std::uint32_t>(message.len + message.key_len + record_overhead),
    };
}

}  // namespace

struct KafkaConsumer::State {
    Client client;
    QueueHandle events;
    QueueHandle records;
    PartitionTable partitions;
    std::vector<rd_kafka_message_t*> batch;
    std::vector<PolledRecord> polled;
    std::optional<LaneChooser> lanes;  // only with Ordering::virtual_partition
    LaneFailures lane_failures;
    std::size_t assigned = 0;
    bool is_closing = false;
    bool has_failed = false;

    [[nodiscard]] bool is_cooperative() const {
        return std::strcmp(rd_kafka_rebalance_protocol(client.get()), "COOPERATIVE") == 0;
    }

    [[nodiscard]] PartitionListHandle list_of(const std::vector<PartitionIndex>& wanted) const {
        PartitionListHandle list{
            rd_kafka_topic_partition_list_new(static_cast<int>(wanted.size()))};
        for (const PartitionIndex partition : wanted) {
            const TopicPartition& name = partitions[partition].name;
            rd_kafka_topic_partition_list_add(
                list.get(), name.topic.c_str(), name.partition.value()
            );
        }
        return list;
    }

    void serve_rebalance(rd_kafka_event_t* event, const Take& take);
    void serve_commit(rd_kafka_event_t* event, const Take& take);
    void serve_error(rd_kafka_event_t* event, const Take& take);
    void serve_stray(rd_kafka_event_t* event);
    void choose_lanes(PartitionIndex partition);
    void give_batch(
        std::size_t begin, std::size_t end, const std::function<void(const RecordsPolled&)>& take
    );
};

std::expected<KafkaConsumer, Error> KafkaConsumer::open(const ConsumerOptions& options) {
    auto conf = consumer_config(options);
    if (!conf) {
        return std::unexpected(Error{Errc::invalid_options, join_mistakes(conf.error()), "options"}
        );
    }
    std::array<char, 512> text{};
    rd_kafka_t* raw = rd_kafka_new(RD_KAFKA_CONSUMER, conf->get(), text.data(), text.size());
    if (raw == nullptr) {
        return std::unexpected(Error{Errc::invalid_options, text.data(), "properties"});
    }
    static_cast<void>(conf->release());  // owned by the client now
    auto state = std::make_unique<State>();
    if (options.engine.ordering == Ordering::virtual_partition) {
        state->lanes.emplace(options.engine, LaneCode{options.partitioner, options.reducer});
    }
    state->client = Client{raw, [](rd_kafka_t* client) {
                               rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
                           }};
    const auto timeout =
        std::chrono::duration_cast<std::chrono::milliseconds>(options.connect_timeout);
    const rd_kafka_metadata_t* metadata = nullptr;
    const rd_kafka_resp_err_t answer =
        rd_kafka_metadata(raw, 0, nullptr, &metadata, static_cast<int>(timeout.count()));
    if (answer != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::unexpected(Error{
            .code = Errc::broker_unreachable,
            .what = std::string("no broker answered in time (") + rd_kafka_err2name(answer) + ")",
            .where = options.brokers});
    }
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_poll_set_consumer(raw);
    state->events.reset(rd_kafka_queue_get_consumer(raw));
    state->records.reset(rd_kafka_queue_new(raw));
    return KafkaConsumer{std::move(state)};
}

KafkaConsumer::KafkaConsumer(std::unique_ptr<State> state) : state_(std::move(state)) {}
KafkaConsumer::KafkaConsumer(KafkaConsumer&&) noexcept = default;
KafkaConsumer& KafkaConsumer::operator=(KafkaConsumer&&) noexcept = default;
KafkaConsumer::~KafkaConsumer() = default;

std::expected<void, Error> KafkaConsumer::subscribe(const std::vector<std::string>& topics) {
    const PartitionListHandle list{
        rd_kafka_topic_partition_list_new(static_cast<int>(topics.size()))};
    for (const std::string& topic : topics) {
        rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
    }
    const rd_kafka_resp_err_t answer = rd_kafka_subscribe(state_->client.get(), list.get());
    if (answer != RD_KAFKA_RESP_ERR_NO_ERROR) return std::unexpected(to_error(answer, "subscribe"));
    return {};
}

void KafkaConsumer::wake_through(int file) {
    static constexpr std::uint64_t one = 1;
    rd_kafka_queue_io_event_enable(state_->events.get(), file, &one, sizeof one);
    rd_kafka_queue_io_event_enable(state_->records.get(), file, &one, sizeof one);
}

void KafkaConsumer::serve(const Take& take) {
    while (const EventHandle event{rd_kafka_queue_poll(state_->events.get(), 0)}) {
        switch (rd_kafka_event_type(event.get())) {
            case RD_KAFKA_EVENT_REBALANCE:
                state_->serve_rebalance(event.get(), take);
                break;
            case RD_KAFKA_EVENT_OFFSET_COMMIT:
                state_->serve_commit(event.get(), take);
                break;
            case RD_KAFKA_EVENT_ERROR:
                state_->serve_error(event.get(), take);
                break;
            case RD_KAFKA_EVENT_FETCH:
                state_->serve_stray(event.get());
                break;
            default:
                break;
        }
    }
}

void KafkaConsumer::State::serve_rebalance(rd_kafka_event_t* event, const Take& take) {
    const rd_kafka_topic_partition_list_t* list = rd_kafka_event_topic_partition_list(event);
    const bool is_assign = rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    std::vector<AssignedPartition> gained;
    std::vector<PartitionIndex> revoked;
    for (int at = 0; list != nullptr && at < list->cnt; ++at) {
        const rd_kafka_topic_partition_t& entry = list->elems[at];
        const PartitionIndex partition =
            partitions.intern(client.get(), entry.topic, entry.partition);
        if (is_assign) {
            PartitionTable::Entry& known = partitions[partition];
            known.epoch = partitions.next_epoch();
            rd_kafka_queue_forward(known.queue.get(), records.get());
            gained.push_back({partition, known.epoch});
        } else {
            revoked.push_back(partition);
        }
    }
    if (is_assign) {
        take(PartitionsAssigned{std::move(gained)});
    } else if (rd_kafka_assignment_lost(client.get()) != 0) {
        take(PartitionsLost{std::move(revoked)});
    } else {
        take(PartitionsRevoked{std::move(revoked)});
    }
}

void KafkaConsumer::State::serve_commit(rd_kafka_event_t* event, const Take& take) {
    const rd_kafka_topic_partition_list_t* list = rd_kafka_event_topic_partition_list(event);
    const rd_kafka_resp_err_t whole = rd_kafka_event_error(event);
    const auto id = reinterpret_cast<std::uint64_t>(rd_kafka_event_opaque(event));
    CommitAnswered answer{.commit = CommitId{id}, .partitions = {}};
    bool has_own_error = false;
    for (int at = 0; list != nullptr && at < list->cnt; ++at) {
        has_own_error = has_own_error || list->elems[at].err != RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    for (int at = 0; list != nullptr && at < list->cnt; ++at) {
        const rd_kafka_topic_partition_t& entry = list->elems[at];
        const PartitionIndex partition =
            partitions.intern(client.get(), entry.topic, entry.partition);
        const rd_kafka_resp_err_t code = has_own_error ? entry.err : whole;
        std::optional<Error> error;
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            error = to_error(code, to_string(partitions[partition].name));
        }
        answer.partitions.push_back({{partition, partitions[partition].epoch}, std::move(error)});
    }
    take(answer);
}

void KafkaConsumer::State::serve_error(rd_kafka_event_t* event, const Take& take) {
    if (rd_kafka_event_error_is_fatal(event) == 0 || has_failed) return;
    has_failed = true;
    std::array<char, 512> text{};
    const rd_kafka_resp_err_t code = rd_kafka_fatal_error(client.get(), text.data(), text.size());
    Error cause = to_error(code, "client", text.data());
    if (cause.code != Errc::fenced) cause.code = Errc::client_failed;
    take(ClientFailed{std::move(cause)});
}

// Not expected: a record of a partition whose queue was not forwarded. It cannot be kept beyond its
// event, so the partition is read again from there.
void KafkaConsumer::State::serve_stray(rd_kafka_event_t* event) {
    while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        rd_kafka_seek(message->rkt, message->partition, message->offset, 0);
    }
}

std::size_t KafkaConsumer::read(
    std::size_t limit, const std::function<void(const RecordsPolled&)>& take
) {
    State& state = *state_;
    state.batch.resize(limit);
    const ssize_t count = rd_kafka_consume_batch_queue(
        state.records.get(), 0, state.batch.data(), state.batch.size()
    );
    if (count <= 0) return 0;
    const auto total = static_cast<std::size_t>(count);
    std::size_t begin = 0;
    while (begin < total) {
        const rd_kafka_message_t* first = state.batch[begin];
        std::size_t end = begin + 1;
        while (end < total && state.batch[end]->rkt == first->rkt &&
               state.batch[end]->partition == first->partition) {
            ++end;
        }
        state.give_batch(begin, end, take);
        begin = end;
    }
    return total;
}

void KafkaConsumer::State::give_batch(
    std::size_t begin, std::size_t end, const std::function<void(const RecordsPolled&)>& take
) {
    const auto partition = partitions.find(batch[begin]->rkt, batch[begin]->partition);
    polled.clear();
    for (std::size_t at = begin; at < end; ++at) {
        rd_kafka_message_t* message = batch[at];
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && partition) {
            polled.push_back(to_polled(*message));
            partitions[*partition].is_at_end = false;
            continue;
        }
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF && partition) {
            partitions[*partition].is_at_end = true;
        }
        rd_kafka_message_destroy(message);
    }
    if (polled.empty()) return;
    if (lanes) choose_lanes(*partition);
    take({{*partition, partitions[*partition].epoch}, polled});
}

void KafkaConsumer::State::choose_lanes(PartitionIndex partition) {
    for (PolledRecord& record : polled) {
        const auto lane = lanes->choose(record_of(record.handle));
        if (lane) {
            record.lane = *lane;
        } else if (lane_failures.count++ == 0) {
            lane_failures.partition = partition;
            lane_failures.offset = record.offset;
            lane_failures.why = lane.error();
        }
    }
}

KafkaConsumer::LaneFailures KafkaConsumer::take_lane_failures() {
    return std::exchange(state_->lane_failures, {});
}

void KafkaConsumer::release(RecordHandle record) {
    rd_kafka_message_destroy(reinterpret_cast<rd_kafka_message_t*>(record.value()));
}

void KafkaConsumer::release_all(std::span<const RecordHandle> records) {
    constexpr std::size_t ahead = 8;
    for (std::size_t at = 0; at < records.size(); ++at) {
        if (at + ahead < records.size()) prefetch(records[at + ahead]);
        release(records[at]);
    }
}

void KafkaConsumer::prefetch(RecordHandle record) {
    // A message is the head of a longer structure: where it came from, then its own fields.
    const auto* bytes = reinterpret_cast<const std::byte*>(record.value());
    __builtin_prefetch(bytes);
    __builtin_prefetch(bytes + 64);
}

void KafkaConsumer::complete_assign(const CompleteAssign& effect) {
    State& state = *state_;
    std::vector<PartitionIndex> wanted;
    for (const StartPosition& start : effect.partitions) {
        wanted.push_back(start.partition.partition);
    }
    const PartitionListHandle list = state.list_of(wanted);
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        const Offset from = effect.partitions[at].from;
        list->elems[at].offset = from == no_offset ? RD_KAFKA_OFFSET_INVALID : from.value();
        PartitionTable::Entry& entry = state.partitions[wanted[at]];
        state.assigned += entry.is_assigned ? 0U : 1U;
        entry.is_assigned = true;
        entry.is_at_end = false;
    }
    if (state.is_cooperative()) {
        const ErrorHandle refused{rd_kafka_incremental_assign(state.client.get(), list.get())};
        ensures(refused == nullptr || state.has_failed || state.is_closing);
    } else {
        rd_kafka_assign(state.client.get(), list.get());
    }
    std::vector<PartitionIndex> still_paused;
    for (const PartitionIndex partition : wanted) {
        if (state.partitions[partition].is_paused) still_paused.push_back(partition);
    }
    resume(still_paused);
}

void KafkaConsumer::complete_revoke(const CompleteRevoke& effect) {
    State& state = *state_;
    for (const PartitionIndex partition : effect.partitions) {
        if (std::exchange(state.partitions[partition].is_assigned, false)) --state.assigned;
    }
    if (state.is_cooperative()) {
        const PartitionListHandle list = state.list_of(effect.partitions);
        const ErrorHandle refused{rd_kafka_incremental_unassign(state.client.get(), list.get())};
        ensures(refused == nullptr || state.has_failed || state.is_closing);
    } else {
        rd_kafka_assign(state.client.get(), nullptr);
    }
}

void KafkaConsumer::pause(const std::vector<PartitionIndex>& partitions) {
    if (partitions.empty()) return;
    for (const PartitionIndex partition : partitions) {
        state_->partitions[partition].is_paused = true;
    }
    rd_kafka_pause_partitions(state_->client.get(), state_->list_of(partitions).get());
}

void KafkaConsumer::resume(const std::vector<PartitionIndex>& partitions) {
    // Only what is paused: resuming another delivers records again in 2.0.2 (BM-285).
    std::vector<PartitionIndex> paused;
    for (const PartitionIndex partition : partitions) {
        if (std::exchange(state_->partitions[partition].is_paused, false))
            paused.push_back(partition);
    }
    if (!paused.empty()) {
        rd_kafka_resume_partitions(state_->client.get(), state_->list_of(paused).get());
    }
}

void KafkaConsumer::commit(const CommitOffsets& effect, const Take& take) {
    State& state = *state_;
    std::vector<PartitionIndex> wanted;
    for (const OffsetToCommit& offset : effect.offsets) {
        wanted.push_back(offset.partition.partition);
    }
    const PartitionListHandle list = state.list_of(wanted);
    for (std::size_t at = 0; at < effect.offsets.size(); ++at) {
        const OffsetToCommit& offset = effect.offsets[at];
        rd_kafka_topic_partition_t& entry = list->elems[at];
        entry.offset = offset.next_to_read.value();
        if (offset.metadata.empty()) continue;
        entry.metadata = strndup(offset.metadata.data(), offset.metadata.size());
        entry.metadata_size = offset.metadata.size();
    }
    const rd_kafka_resp_err_t refused = rd_kafka_commit_queue(
        state.client.get(),
        list.get(),
        state.events.get(),
        nullptr,
        reinterpret_cast<void*>(effect.commit.value())
    );
    if (refused == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    CommitAnswered answer{.commit = effect.commit, .partitions = {}};
    for (const OffsetToCommit& offset : effect.offsets) {
        answer.partitions.push_back({offset.partition, to_error(refused, "commit")});
    }
    take(answer);
}

std::function<CommittedFetched()> KafkaConsumer::fetch_committed(const FetchCommitted& effect
) const {
    std::vector<PartitionIndex> wanted;
    for (const AssignedPartition partition : effect.partitions) {
        wanted.push_back(partition.partition);
    }
    const std::shared_ptr<rd_kafka_topic_partition_list_t> list{
        state_->list_of(wanted).release(), rd_kafka_topic_partition_list_destroy};
    return [client = state_->client, list, partitions = effect.partitions] {
        return read_committed(client.get(), *list, partitions);
    };
}

void KafkaConsumer::close() {
    State& state = *state_;
    if (std::exchange(state.is_closing, true)) return;
    // An error means a fatal client, which has left by itself.
    const ErrorHandle refused{
        rd_kafka_consumer_close_queue(state.client.get(), state.events.get())};
    if (refused != nullptr) state.has_failed = true;
}

bool KafkaConsumer::is_closed() const {
    return state_->is_closing &&
           (state_->has_failed || rd_kafka_consumer_closed(state_->client.get()) != 0);
}

const PartitionTable& KafkaConsumer::partitions() const {
    return state_->partitions;
}

PartitionIndex KafkaConsumer::intern(const TopicPartition& partition) {
    return state_->partitions.intern(
        state_->client.get(), partition.topic, partition.partition.value()
    );
}

std::size_t KafkaConsumer::assigned_count() const {
    return state_->assigned;
}

bool KafkaConsumer::is_at_end() const {
    for (std::uint32_t at = 0; at < state_->partitions.size(); ++at) {
        const PartitionTable::Entry& entry = state_->partitions[PartitionIndex{at}];
        if (entry.is_assigned && !entry.is_at_end) return false;
    }
    return true;
}

Client KafkaConsumer::client() const {
    return state_->client;
}

}  // namespace odradek::kafka
