#include "scenarios/simulated_world.h"

#include "scenarios/lanes.h"
#include "simulator/baselines/baseline.h"

#include <algorithm>

namespace odradek::scenarios {

namespace {

constexpr std::string_view group_name = "group";

sim::Distribution distribution(const Latency& latency) {
    switch (latency.kind) {
        case Latency::Kind::fixed:
            break;
        case Latency::Kind::uniform:
            return sim::Distribution::uniform(latency.low, latency.high);
        case Latency::Kind::exponential:
            return sim::Distribution::exponential(latency.low, latency.high);
        case Latency::Kind::bimodal:
            return sim::Distribution::bimodal(latency.low, latency.high, latency.rare);
    }
    return sim::Distribution::fixed(latency.low);
}

WorkResult work_result(Answer answer) {
    switch (answer) {
        case Answer::retry:
            return WorkResult::retry;
        case Answer::skip:
            return WorkResult::skip;
        case Answer::fail:
            break;
    }
    return WorkResult::fail;
}

sim::Assignor assignor(GroupAssignor named) {
    switch (named) {
        case GroupAssignor::range:
            return sim::Assignor::range;
        case GroupAssignor::roundrobin:
            return sim::Assignor::roundrobin;
        case GroupAssignor::cooperative_sticky:
            break;
    }
    return sim::Assignor::cooperative_sticky;
}

sim::MemberSpec member_spec(const Scenario& scenario, std::int32_t number) {
    sim::MemberSpec member;
    const bool is_late = number >= scenario.members;
    member.engine = is_late ? scenario.late_engine.value_or(scenario.engine) : scenario.engine;
    member.group = group_name;
    member.topics.clear();
    for (std::size_t topic = 0; topic < scenario.topics.size(); ++topic) {
        member.topics.push_back(static_cast<std::int32_t>(topic));
    }
    member.client.assignor = assignor(scenario.client.assignor);
    member.client.session_timeout = scenario.client.session_timeout;
    member.client.heartbeat_interval = scenario.client.heartbeat_interval;
    member.client.max_poll_interval = scenario.client.max_poll_interval;
    if (scenario.client.static_members) {
        member.client.static_id = "member-" + std::to_string(number);
    }
    member.handler = handler_spec(scenario.handler);
    member.lanes = lane_code(scenario);
    for (const sim::BaselineRow& row : sim::baseline_rows()) {
        if (row.name != scenario.consumer) continue;
        member.application = row.make();
        member.handler.deferred_chance = {};  // these programs know no tokens
    }
    member.started = !is_late;
    return member;
}

/// A clean stop may last; the next process starts when the last one is gone.
constexpr Duration stop_max = std::chrono::minutes{5};

void bring_back(sim::World& world, std::int32_t member, Instant give_up_at) {
    constexpr Duration look_again_after = std::chrono::milliseconds{100};
    if (!world.is_up(member)) return world.restart_member(member);
    if (world.now() >= give_up_at) return;
    world.schedule(world.now() + look_again_after, [&world, member, give_up_at] {
        bring_back(world, member, give_up_at);
    });
}

/// Makes one fault happen; a short function each, chosen in perform().
class Performer {
public:
    Performer(const PlannedFault& planned, const Scenario& scenario, sim::World& world)
        : fault_(*planned.fault)
        , scenario_(scenario)
        , world_(world)
        , member_(planned.member)
        , broker_(planned.broker)
        , partition_(planned.partition)
        , over_(world.now() + planned.fault->lasts) {}

    void perform() {
        using enum FaultKind;
        switch (fault_.what) {
            case crash_member:
                return end_process(false);
            case stop_member:
                return end_process(true);
            case join_member:
                return world_.restart_member(member_);
            case freeze_member:
                return world_.freeze_member(member_, fault_.lasts);
            case pause_member:
                return pause();
            case cut_link:
                return world_.cut_link(member_, broker_or_all(), fault_.lasts);
            case clog_link:
                return world_.clog_link(member_, broker_or_all(), fault_.lasts);
            case break_connections:
                return world_.break_connections(member_);
            case lose_commit_answer:
                return world_.lose_next_commit_answer(member_);
            case swallow_commit_answer:
                return world_.swallow_next_commit_answer(member_);
            case lose_commit:
                return world_.lose_next_commit(member_);
            case delay_commit_answer:
                return world_.delay_next_commit_answer(member_, fault_.lasts);
            case refuse_commits:
                return refuse();
            case slow_handlers:
            case failing_handlers:
                return change_handlers();
            case crash_broker:
                return end_broker();
            case freeze_broker:
                return world_.freeze_broker(broker_, fault_.lasts);
            case move_coordinator:
                return world_.move_coordinator(group_name, broker_);
            case move_leader:
                return world_.move_leader(fault_.topic, partition_, broker_);
            case add_partitions:
            case append_marker:
            case append_aborted:
            case compact:
            case delete_records:
            case truncate:
            case foreign_metadata:
                return change_log();
        }
    }

private:
    [[nodiscard]] std::int32_t broker_or_all() const { return fault_.broker ? broker_ : -1; }

    void end_process(bool cleanly) {
        if (!world_.is_up(member_)) return;
        if (cleanly) {
            world_.stop_member(member_, CloseOptions{});
        } else {
            world_.crash_member(member_);
        }
        world_.schedule(over_, [&world = world_, member = member_, over = over_] {
            bring_back(world, member, over + stop_max);
        });
    }

    void pause() {
        world_.pause_member(member_);
        world_.schedule(over_, [&world = world_, member = member_] {
            world.resume_member(member);
        });
    }

    void refuse() {
        world_.refuse_commits(
            group_name, sim::CommitRefusal::coordinator_not_available, fault_.lasts
        );
    }

    void change_handlers() {
        sim::HandlerSpec changed = handler_spec(scenario_.handler);
        if (fault_.what == FaultKind::slow_handlers) {
            changed.latency = sim::Distribution::fixed(fault_.latency);
        } else {
            changed.retry_chance = fault_.failures;
        }
        world_.set_handler(member_, changed);
        world_.schedule(over_, [&world = world_, &scenario = scenario_, member = member_] {
            world.set_handler(member, handler_spec(scenario.handler));
        });
    }

    void end_broker() {
        world_.crash_broker(broker_);
        world_.schedule(over_, [&world = world_, broker = broker_] {
            world.restart_broker(broker);
        });
    }

    void change_log() {
        const auto count = static_cast<std::int32_t>(fault_.count);
        const std::int32_t topic = fault_.topic;
        const Offset start = world_.log_start(topic, partition_);
        const Offset end = world_.end_of_log(topic, partition_);
        if (fault_.what == FaultKind::add_partitions) {
            world_.add_partitions(topic, world_.partition_count(topic) + count);
        } else if (fault_.what == FaultKind::append_marker) {
            world_.append_marker(topic, partition_);
        } else if (fault_.what == FaultKind::append_aborted) {
            world_.append_aborted(topic, partition_, count);
        } else if (fault_.what == FaultKind::compact) {
            world_.compact(topic, partition_);
        } else if (fault_.what == FaultKind::delete_records) {
            world_.delete_records(topic, partition_, std::min(advanced(start, count), end));
        } else if (fault_.what == FaultKind::truncate) {
            world_.truncate(topic, partition_, std::max(advanced(end, -count), start));
        } else {
            overwrite_metadata();
        }
    }

    void overwrite_metadata() {
        auto stored = world_.committed(group_name, fault_.topic, partition_);
        if (!stored) return;
        stored->metadata = "written by another tool";
        world_.store_offset(group_name, fault_.topic, partition_, *stored);
    }

    const Fault& fault_;
    const Scenario& scenario_;
    sim::World& world_;
    std::int32_t member_;
    std::int32_t broker_;
    PartitionId partition_;
    Instant over_;
};

}  // namespace

sim::HandlerSpec handler_spec(const Handler& handler) {
    sim::HandlerSpec spec;
    spec.latency = distribution(handler.latency);
    spec.retry_chance = handler.retry;
    spec.skip_chance = handler.skip;
    spec.fail_chance = handler.fail;
    spec.retry_delay = handler.retry_delay;
    if (handler.poison) {
        spec.poison_keys = handler.poison->keys;
        spec.poison_answer = work_result(handler.poison->answer);
        spec.poison_attempts = handler.poison->attempts;
    }
    if (handler.slow) {
        spec.slow_keys = handler.slow->keys;
        spec.slow_latency = distribution(handler.slow->latency);
    }
    if (handler.deferred) {
        spec.deferred_chance = handler.deferred->share;
        spec.token_latency = distribution(handler.deferred->latency);
        spec.leak_chance = handler.deferred->leaks;
        spec.double_chance = handler.deferred->doubles;
    }
    using enum sim::HandlerSpec::BatchAnswer;
    spec.batch_answer = handler.batch == BatchAnswer::each ? each : whole;
    return spec;
}

sim::WorldOptions world_options(const Scenario& scenario, std::uint64_t seed) {
    sim::WorldOptions options;
    options.seed = seed;
    options.brokers.count = scenario.cluster.brokers;
    options.brokers.metadata_chars_max = scenario.engine.commit.metadata_chars_max;
    options.network.latency = distribution(scenario.cluster.network);
    options.network.resend_chance = scenario.cluster.resend;
    options.network.break_chance = scenario.cluster.broken_connection;
    for (const Topic& topic : scenario.topics) {
        options.topics.push_back({.name = topic.name, .partitions = topic.partitions});
    }
    for (std::int32_t member = 0; member < scenario.members + scenario.late_members; ++member) {
        options.members.push_back(member_spec(scenario, member));
    }
    return options;
}

void perform(const PlannedFault& planned, const Scenario& scenario, sim::World& world) {
    Performer(planned, scenario, world).perform();
}

void heal(const Scenario& scenario, sim::World& world) {
    for (std::int32_t broker = 0; broker < scenario.cluster.brokers; ++broker) {
        world.restart_broker(broker);
    }
    for (std::int32_t member = 0; member < scenario.members; ++member) {
        if (!world.is_up(member)) world.restart_member(member);
        world.resume_member(member);
        world.set_handler(member, handler_spec(scenario.handler));
    }
}

}  // namespace odradek::scenarios
