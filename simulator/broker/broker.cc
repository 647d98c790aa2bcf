#include "simulator/broker/broker.h"

#include "simulator/broker/cluster.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace odradek::sim {

Broker::Broker(Cluster& cluster, BrokerNumber number)
    : cluster_(cluster)
    , number_(number)
    , process_(cluster.scheduler().add_process())
    , node_(cluster.network().add_node(process_)) {}

void Broker::opened(std::weak_ptr<Connection> connection) {
    std::erase_if(connections_, [](const auto& known) { return known.expired(); });
    connections_.push_back(std::move(connection));
}

void Broker::crash() {
    up_ = false;
    cluster_.scheduler().kill(process_);
    for (const auto& weak : std::exchange(connections_, {})) {
        if (const auto connection = weak.lock()) connection->break_off();
    }
}

void Broker::receive(Request request, Reply reply) {
    if (!up_) return;
    std::visit(
        [&](auto& asked) {
            if constexpr (requires { answer(asked, reply); }) {
                answer(asked, reply);
            } else {
                Coordinator& coordinator = cluster_.coordinator_of(asked.group);
                coordinator.receive(number_, std::move(request), reply);
            }
        },
        request
    );
}

KafkaError Broker::check(const FetchPosition& position) const {
    if (!cluster_.exists(position.partition)) return KafkaError::unknown_topic_or_part;
    const Partition& partition = cluster_.partition(position.partition);
    if (partition.leader != number_) return KafkaError::not_leader_for_partition;
    if (position.from < partition.log.start()) return KafkaError::offset_out_of_range;  // BM-20
    if (position.from > partition.log.end()) return KafkaError::offset_out_of_range;    // BM-21
    return KafkaError::none;
}

bool Broker::read(const FetchRequest& request, FetchResponse& response) {
    bool ready = false;
    std::uint64_t bytes = 0;
    response.partitions.clear();
    for (const FetchPosition& position : request.partitions) {
        FetchedPartition& fetched = response.partitions.emplace_back();
        fetched.position = position;
        fetched.error = check(position);
        if (fetched.error != KafkaError::none) {
            ready = true;
            continue;
        }
        if (bytes >= request.bytes) continue;  // BM-24: later ones may get nothing
        const std::uint64_t left = request.bytes - bytes;
        const auto limit =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(request.partition_bytes, left));
        Log& log = cluster_.partition(position.partition).log;
        fetched.end = request.read_uncommitted ? log.end() : log.last_stable();
        log.read(position.from, fetched.end, limit, fetched.batches);
        for (const Batch* const batch : fetched.batches)
            bytes += batch->bytes;
        if (!fetched.batches.empty()) ready = true;
    }
    return ready;
}

void Broker::answer(FetchRequest& request, const Reply& reply) {
    FetchResponse response;
    if (read(request, response) || request.wait_max == Duration::zero()) {
        return reply(std::move(response));
    }
    const auto parked =
        std::make_shared<ParkedFetch>(ParkedFetch{std::move(request), reply, number_});
    for (const FetchPosition& position : parked->request.partitions) {
        auto& waiting = cluster_.partition(position.partition).waiting;
        std::erase_if(waiting, [](const auto& other) { return other->answered; });
        waiting.push_back(parked);
    }
    cluster_.scheduler().after(parked->request.wait_max, process_, [this, parked] {
        answer_parked(parked);
    });
}

void Broker::answer_parked(const std::shared_ptr<ParkedFetch>& parked) {
    if (parked->answered) return;
    parked->answered = true;
    FetchResponse response;
    (void)read(parked->request, response);
    parked->reply(std::move(response));
}

void Broker::answer(const ProduceRequest& request, const Reply& reply) {
    if (cluster_.is_new_output(request.producer_id, request.sequence)) {  // BM-52
        const Partition& input = cluster_.partition(request.input);
        cluster_.tracer().write(
            TraceEvent::Kind::acknowledged,
            {.member = request.sent_by,
             .topic = input.topic,
             .partition = input.id,
             .offset = request.offset,
             .epoch = request.epoch},
            request.topic
        );
    }
    reply(ProduceResponse{});
}

void Broker::answer(const ListOffsetsRequest& request, const Reply& reply) {
    const KafkaError error = check({.partition = request.partition, .from = Offset{0}});
    const bool in_range = error == KafkaError::none || error == KafkaError::offset_out_of_range;
    if (!in_range) return reply(ListOffsetsResponse{.error = error});
    const Log& log = cluster_.partition(request.partition).log;
    const Offset end = request.read_uncommitted ? log.end() : log.last_stable();
    reply(ListOffsetsResponse{.offset = request.latest ? end : log.start()});
}

void Broker::answer(const MetadataRequest& request, const Reply& reply) {
    if (!request.all_topics) return reply(cluster_.metadata(request.topics));
    std::vector<std::int32_t> all(static_cast<std::size_t>(cluster_.topic_count()));
    std::iota(all.begin(), all.end(), 0);
    reply(cluster_.metadata(all));
}

void Broker::answer(const FindCoordinatorRequest& request, const Reply& reply) {
    const BrokerNumber leader = cluster_.coordinator_of(request.group).leader();
    if (leader == no_broker) {
        return reply(FindCoordinatorResponse{.error = KafkaError::coordinator_not_available});
    }
    reply(FindCoordinatorResponse{.broker = leader});
}

}  // namespace odradek::sim
