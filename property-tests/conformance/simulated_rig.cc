#include "property-tests/conformance/simulated_rig.h"

#include "simulator/broker/broker.h"
#include "simulator/broker/cluster.h"
#include "simulator/client/consumer.h"
#include "simulator/kernel/scheduler.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <variant>

#include <fmt/core.h>

namespace odradek::conformance {
namespace {

using namespace sim;

struct NoTrace final : TraceSink {
    void observe(const TraceEvent&) override {}
};

/// The brokers and what is between them and the members.
struct SimulatedCluster {
    explicit SimulatedCluster(int brokers) {
        BrokerSpec spec;
        spec.count = brokers;
        cluster.emplace(
            spec,
            std::vector<TopicSpec>{},
            Cluster::Parts{.network = network, .tracer = tracer, .random = Random{5}}
        );
    }

    Scheduler scheduler;
    NoTrace sink;
    Tracer tracer{scheduler, sink};
    Network network{scheduler, {}, Random{3}};
    std::optional<Cluster> cluster;
    Channel::FateOf fate;
    std::map<std::string, std::int32_t> topics;
    std::vector<std::string> topic_names;
    std::map<TopicPlace, PartitionNumber> known;  ///< a deleted topic's are asked for, too

    [[nodiscard]] PartitionNumber number_of(const TopicPlace& place) { return known.at(place); }
    void learn(const std::string& topic) {
        const std::int32_t number = topics.at(topic);
        for (std::int32_t id = 0; id < cluster->partition_count(number); ++id)
            known[{topic, id}] = cluster->number_of(number, PartitionId{id});
    }
    [[nodiscard]] TopicPlace place_of(PartitionNumber number) const {
        const Partition& partition = cluster->partition(number);
        return {topic_names[static_cast<std::size_t>(partition.topic)], partition.id.value()};
    }
    [[nodiscard]] std::string in_words(std::vector<PartitionNumber> numbers) const {
        std::vector<TopicPlace> places;
        for (const PartitionNumber number : numbers)
            places.push_back(place_of(number));
        std::ranges::sort(places);
        std::string text;
        for (const TopicPlace& place : places)
            text += fmt::format(" {}-{}", place.topic, place.partition);
        return text;
    }
};

Assignor assignor_of(const std::string& name) {
    if (name == "roundrobin") return Assignor::roundrobin;
    if (name == "cooperative-sticky") return Assignor::cooperative_sticky;
    return Assignor::range;
}

ResetPolicy reset_of(const std::string& name) {
    if (name == "latest") return ResetPolicy::latest;
    if (name == "error") return ResetPolicy::error;
    return ResetPolicy::earliest;
}

class SimulatedMember final : public conformance::Member {
public:
    SimulatedMember(
        SimulatedCluster& world,
        std::string name,
        std::int32_t number,
        const MemberSettings& settings
    )
        : Member(std::move(name))
        , world_(world) {
        ClientOptions options;
        options.assignor = assignor_of(settings.assignor);
        options.static_id = settings.static_id;
        options.session_timeout = settings.session;
        options.heartbeat_interval = settings.heartbeat;
        options.max_poll_interval = settings.max_poll;
        options.metadata_refresh = settings.metadata_refresh;
        options.reset = reset_of(settings.reset);
        options.read_uncommitted = settings.read_uncommitted;
        options.partition_eof = settings.partition_eof;
        options.auto_commit = settings.auto_commit;
        std::vector<std::int32_t> topics;
        std::string pattern;
        for (const std::string& topic : settings.topics) {
            if (topic.starts_with('^')) {
                pattern = topic;
            } else {
                topics.push_back(world.topics.at(topic));
            }
        }
        const bool subscribes = !settings.topics.empty();
        if (!subscribes) {
            for (const auto& [topic, at] : world.topics)
                topics.push_back(at);
        }
        const ProcessId process = world.scheduler.add_process();
        context_ = std::make_unique<ClientContext>(ClientContext{
            .cluster = *world.cluster,
            .tracer = world.tracer,
            .fate_of = world.fate,
            .member = number,
            .process = process,
            .node = world.network.add_node(process),
            .group = settings.group,
            .topics = std::move(topics),
            .pattern = std::move(pattern),
            .options = std::move(options)});
        consumer_ = std::make_unique<Consumer>(*context_);
        if (subscribes) {
            consumer_->start([this] { wake(); });
        } else {
            consumer_->start_alone([this] { wake(); });
        }
        consumer_->wait();
    }

    void answer_at_once(bool yes) override { answers_ = yes; }

    void answer() override {
        if (last_) answer_to(*std::exchange(last_, std::nullopt));
    }

    void poll(bool yes) override {
        polls_ = yes;
        if (yes) return wake();
        if (auto event = consumer_->next_event()) saw(*event);  // and it does not wait inside
    }

    void commit(const std::vector<PlacedOffset>& offsets) override {
        std::vector<OffsetToStore> stored;
        for (const PlacedOffset& each : offsets) {
            stored.push_back({world_.number_of(each.place), Offset{each.offset}, each.metadata});
        }
        consumer_->commit(++commits_, std::move(stored));
    }

    void assign_by_hand(const std::vector<PlacedOffset>& from) override {
        std::vector<AssignedFrom> partitions;
        for (const PlacedOffset& each : from)
            partitions.push_back({world_.number_of(each.place), Offset{each.offset}});
        consumer_->assign_alone(partitions);
    }

    void pause(const TopicPlace& place) override { consumer_->pause(world_.number_of(place)); }
    void resume(const TopicPlace& place) override { consumer_->resume(world_.number_of(place)); }
    void seek(const TopicPlace& place, std::int64_t offset) override {
        consumer_->seek(world_.number_of(place), Offset{offset});
    }
    void close() override { consumer_->close(); }
    void tell_position(const TopicPlace& place) override {
        const Offset at = consumer_->position(world_.number_of(place));
        seen().saw(fmt::format("POSITION {}-{} {}", place.topic, place.partition, at.value()));
    }
    void store(const std::vector<PlacedOffset>& offsets) override {
        std::string text = "STORE";
        for (const PlacedOffset& each : offsets) {
            const auto known = world_.topics.contains(each.place.topic);
            const KafkaError error =
                known ? consumer_->store(world_.number_of(each.place), Offset{each.offset})
                      : KafkaError::client_unknown_partition;
            text +=
                fmt::format(" {}-{} {}", each.place.topic, each.place.partition, name_of(error));
        }
        seen().saw(std::move(text));
    }
    void commit_stored() override { consumer_->commit_stored(++commits_); }
    void freeze() override { world_.scheduler.freeze(context_->process); }
    void thaw() override { world_.scheduler.thaw(context_->process); }
    void kill() override { world_.scheduler.kill(context_->process); }

private:
    void wake() {
        if (!polls_ || std::exchange(woken_, true)) return;
        world_.scheduler.at(world_.scheduler.now(), context_->process, [this] {
            woken_ = false;
            if (polls_) serve();
        });
    }

    void serve() {
        while (const auto event = consumer_->next_event())
            saw(*event);
        for (;;) {
            const Delivery delivery = consumer_->take_records(1000);
            if (delivery.records.empty() && delivery.end == no_offset) break;
            const TopicPlace place = world_.place_of(delivery.partition);
            if (delivery.records.empty()) {
                seen().saw(
                    fmt::format("EOF {}-{} {}", place.topic, place.partition, delivery.end.value())
                );
            }
            for (const LogRecord& record : delivery.records)
                seen().read(place, record.offset.value());
        }
        consumer_->wait();
    }

    void saw(const ConsumerEvent& event) {
        if (const auto* rebalance = std::get_if<RebalanceEvent>(&event)) return saw(*rebalance);
        if (const auto* commit = std::get_if<CommitEvent>(&event)) return saw(*commit);
        if (const auto* fetched = std::get_if<CommittedEvent>(&event)) return start(*fetched);
        if (const auto* error = std::get_if<ErrorEvent>(&event)) {
            return seen().saw(
                (error->fatal ? "FATAL " : "ERROR ") + std::string{name_of(error->error)}
            );
        }
        seen().saw("CLOSED");
    }

    void saw(const RebalanceEvent& rebalance) {
        const bool assigns = rebalance.kind == RebalanceEvent::Kind::assign;
        const std::string verb = assigns ? "ASSIGN" : rebalance.lost ? "LOST" : "REVOKE";
        seen().saw(verb + world_.in_words(rebalance.partitions));
        if (answers_) {
            answer_to(rebalance);
        } else {
            last_ = rebalance;
        }
    }

    void saw(const CommitEvent& commit) {
        std::vector<std::pair<TopicPlace, std::string>> entries;
        for (const StoredPartition& each : commit.partitions) {
            entries.emplace_back(world_.place_of(each.partition), name_of(each.error));
        }
        seen().saw(commit_line(entries));
    }

    // As librdkafka: the partitions start where the group has its offsets, read by the client.
    void answer_to(const RebalanceEvent& event) {
        const bool assigns = event.kind == RebalanceEvent::Kind::assign;
        if (assigns && !event.partitions.empty()) {
            starting_ = event;
            return consumer_->fetch_committed(++fetches_, event.partitions);
        }
        if (assigns && event.incremental) return consumer_->incremental_assign({});
        if (assigns) return consumer_->assign({});
        if (event.incremental) return consumer_->incremental_unassign(event.partitions);
        consumer_->unassign();
    }

    void start(const CommittedEvent& fetched) {
        if (!starting_) return;
        std::vector<AssignedFrom> from;
        for (const PartitionNumber partition : starting_->partitions)
            from.push_back({partition, no_offset});
        for (const FetchedOffset& each : fetched.offsets) {
            for (AssignedFrom& place : from) {
                if (place.partition == each.partition) place.from = each.next_to_read;
            }
        }
        const bool incremental = std::exchange(starting_, std::nullopt)->incremental;
        if (incremental) return consumer_->incremental_assign(from);
        consumer_->assign(from);
    }

    SimulatedCluster& world_;
    std::unique_ptr<ClientContext> context_;
    std::unique_ptr<Consumer> consumer_;
    std::optional<RebalanceEvent> last_;
    std::optional<RebalanceEvent> starting_;
    std::uint64_t commits_ = 0;
    std::uint64_t fetches_ = 0;
    bool answers_ = true;
    bool polls_ = true;
    bool woken_ = false;
};

class SimulatedProducer final : public Producer {
public:
    SimulatedProducer(SimulatedCluster& world, const std::string& id)
        : world_(world)
        , number_(world.cluster->transactions().init(id)) {}

    std::string begin() override { return std::string{name_of(KafkaError::none)}; }
    std::string produce(const TopicPlace& place, int records) override {
        KafkaError error = KafkaError::none;
        for (int i = 0; i < records && error == KafkaError::none; ++i) {
            error = world_.cluster->transactions().append(
                number_, world_.number_of(place), {.key = "k", .value_bytes = 10}
            );
        }
        return std::string{name_of(error)};
    }
    std::string send_offset(const std::string& group, const PlacedOffset& offset) override {
        const OffsetToStore stored{
            world_.number_of(offset.place), Offset{offset.offset}, offset.metadata};
        return std::string{
            name_of(world_.cluster->transactions().store_offsets(number_, group, {stored}))};
    }
    std::string commit() override { return end(true); }
    std::string abort() override { return end(false); }

private:
    std::string end(bool committed) {
        return std::string{name_of(world_.cluster->transactions().end(number_, committed))};
    }

    SimulatedCluster& world_;
    std::uint64_t number_;
};

class SimulatedRig final : public Rig {
public:
    explicit SimulatedRig(int brokers) : world_(brokers) {}

    void create_topic(const std::string& name, int partitions) override {
        world_.topics[name] = world_.cluster->add_topic({.name = name, .partitions = partitions});
        world_.topic_names.push_back(name);
        world_.learn(name);
    }
    void add_partitions(const std::string& topic, int count_after) override {
        world_.cluster->add_partitions(world_.topics.at(topic), count_after);
        world_.learn(topic);
    }
    void produce(const TopicPlace& place, int records) override {
        Partition& target = world_.cluster->partition(world_.number_of(place));
        for (int i = 0; i < records; ++i)
            target.log.append({.key = "k", .value_bytes = 10}, world_.scheduler.now());
        world_.cluster->wake_fetches(target);
    }
    void delete_records(const TopicPlace& place, std::int64_t before) override {
        world_.cluster->partition(world_.number_of(place)).log.delete_before(Offset{before});
    }
    void delete_topic(const std::string& name) override {
        world_.cluster->delete_topic(world_.topics.at(name));
    }
    void create_compacted_topic(const std::string& name) override { create_topic(name, 1); }
    void produce_key(const TopicPlace& place, const std::string& key) override {
        Partition& target = world_.cluster->partition(world_.number_of(place));
        target.log.append({.key = key, .value_bytes = 10}, world_.scheduler.now());
        wait(std::chrono::milliseconds{1});  // a batch of its own
    }
    void compact(const TopicPlace& place, const std::string& last) override {
        produce_key(place, last);
        (void)world_.cluster->partition(world_.number_of(place)).log.compact(1);
    }
    Producer& add_producer(const std::string& transactional_id) override {
        producers_.emplace_back(world_, transactional_id);
        return producers_.back();
    }
    void kill_leader(const TopicPlace& place) override {
        world_.cluster->crash(world_.cluster->partition(world_.number_of(place)).leader);
    }
    void kill_coordinator(const std::string& group) override {
        world_.cluster->crash(world_.cluster->coordinator_of(group).leader());
    }
    void restart_brokers() override {
        for (BrokerNumber broker = 0; broker < world_.cluster->broker_count(); ++broker)
            world_.cluster->restart(broker);
    }
    conformance::Member& add(const std::string& name, const MemberSettings& settings) override {
        const auto number = static_cast<std::int32_t>(members_.size());
        members_.push_back(std::make_unique<SimulatedMember>(world_, name, number, settings));
        return *members_.back();
    }
    void wait(Duration span) override { world_.scheduler.run_until(world_.scheduler.now() + span); }
    std::string committed(const std::string& group, const TopicPlace& place) override {
        const Group* found = world_.cluster->coordinator_of(group).find(group);
        if (found == nullptr) return "none";
        const auto stored = found->offsets().durable(world_.number_of(place));
        if (!stored) return "none";
        return fmt::format("{} '{}'", stored->next_to_read.value(), printable(stored->metadata));
    }
    std::string group_state(const std::string& group) override {
        const Group* found = world_.cluster->coordinator_of(group).find(group);
        if (found == nullptr) return "none";
        return fmt::format("{}, {} members", name_of(found->state()), found->member_count());
    }

protected:
    std::vector<conformance::Member*> members() override {
        std::vector<conformance::Member*> all;
        for (const auto& member : members_)
            all.push_back(member.get());
        return all;
    }

private:
    SimulatedCluster world_;
    std::deque<std::unique_ptr<SimulatedMember>> members_;
    std::deque<SimulatedProducer> producers_;
};

}  // namespace

std::unique_ptr<Rig> make_simulated_rig(int brokers) {
    return std::make_unique<SimulatedRig>(brokers);
}

}  // namespace odradek::conformance
