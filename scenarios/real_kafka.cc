#include "scenarios/real_kafka.h"

#include "odradek/consumer.h"

#include "engine/kafka/admin.h"
#include "engine/kafka/producer.h"
#include "engine/runtime/steady_clock.h"
#include "scenarios/load.h"
#include "scenarios/real_ledger.h"
#include "scenarios/real_member.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>

#include <unistd.h>

namespace odradek::scenarios {

namespace {

using namespace std::chrono_literals;

constexpr Duration step = 20ms;

constexpr std::array possible_faults{
    FaultKind::stop_member, FaultKind::join_member, FaultKind::pause_member};

/// One run of a scenario on a cluster.
class RealRun {
public:
    RealRun(const Scenario& scenario, const RunRequest& request, std::string brokers)
        : scenario_(scenario)
        , brokers_(std::move(brokers))
        , random_(request.seed)
        , start_(steady_now())
        , ledger_(start_)
        , recording_(scenario, request)
        , suffix_(
              std::to_string(getpid()) + "-" + std::to_string(start_.time_since_epoch().count())
          )
        , load_(scenario.load, scenario.topics, random_.split("load"))
        , faults_(plan_faults(
              scenario.faults,
              {.members = scenario.members + scenario.late_members,
               .brokers = scenario.cluster.brokers,
               .partitions = partitions_of(scenario)},
              random_.split("faults")
          )) {}

    std::expected<RunReport, Error> run() {
        if (auto made = make_topics(); !made) return std::unexpected(std::move(made.error()));
        auto producer = kafka::KafkaProducer::open(brokers_, {});
        if (!producer) return std::unexpected(std::move(producer.error()));
        producer_ = std::make_unique<kafka::KafkaProducer>(std::move(*producer));
        if (auto up = start_members(); !up) return std::unexpected(std::move(up.error()));

        RunEnding ending;
        pass_through_the_phases(ending);
        for (const auto& member : members_) {
            if (const auto cause = member->stop({.finish = Finish::in_flight, .limit = 10s})) {
                if (cause->code == Errc::contract) ending.contracts.push_back(cause->what);
            }
        }
        ledger_.give(recording_);
        return recording_.finish(ending);
    }

private:
    static std::vector<std::int32_t> partitions_of(const Scenario& scenario) {
        std::vector<std::int32_t> partitions;
        for (const Topic& topic : scenario.topics) {
            partitions.push_back(topic.partitions);
        }
        return partitions;
    }

    std::expected<void, Error> make_topics() {
        auto admin = kafka::Admin::open(brokers_);
        if (!admin) return std::unexpected(std::move(admin.error()));
        for (const Topic& topic : scenario_.topics) {
            topics_.push_back(topic.name + "-" + suffix_);
            const auto made =
                admin->create_topic({.name = topics_.back(), .partitions = topic.partitions});
            if (!made) return std::unexpected(made.error());
        }
        if (scenario_.engine.retry.then == AfterLastAttempt::dead_letter) {
            const auto made = admin->create_topic({.name = dead_letter_topic(group())});
            if (!made) return std::unexpected(made.error());
        }
        return {};
    }

    std::expected<void, Error> start_members() {
        for (std::int32_t number = 0; number < scenario_.members + scenario_.late_members;
             ++number) {
            members_.push_back(std::make_unique<RealMember>(
                RealMember::Place{brokers_, group(), topics_, number},
                scenario_,
                random_.split("handler"),
                ledger_
            ));
            if (number >= scenario_.members) continue;
            if (auto up = members_.back()->start(); !up) return up;
        }
        return {};
    }

    [[nodiscard]] std::string group() const { return "group-" + suffix_; }
    [[nodiscard]] Instant now() const { return Instant{} + (steady_now() - start_); }

    void pass_through_the_phases(RunEnding& ending) {
        std::size_t fault = 0;
        while (now() < Instant{scenario_.phases.safety} || load_.remaining() > 0 || has_next_) {
            while (fault < faults_.size() && faults_[fault].at <= now()) {
                perform(faults_[fault++]);
            }
            produce_due();
            serve_producer();
            for (const auto& member : members_) {
                member->tick(now());
            }
            std::this_thread::sleep_for(step);
            // Nothing more can happen: no need to sit out the rest of the phase.
            if (fault == faults_.size() && load_.remaining() == 0 && !has_next_) break;
        }
        for (const auto& member : members_) {
            member->heal();
        }
        ending.at_rest = wait_for_rest();
        ending.reached_end = true;
        if (ending.at_rest && scenario_.phases.restart_at_end) restart(ending);
        if (!ending.at_rest) ending.pending = ledger_.pending();
    }

    void produce_due() {
        while (load_.remaining() > 0 || has_next_) {
            if (!std::exchange(has_next_, true)) next_ = load_.next();
            if (next_.at > now()) return;
            TraceEvent event{.kind = TraceEvent::Kind::produced, .topic = next_.topic};
            event.key = next_.key;
            event.has_key = next_.has_key;
            const std::uint64_t place = ledger_.producing(std::move(event));
            const std::string value(next_.value_bytes, 'v');
            kafka::OutgoingRecord record{
                .topic = topics_[static_cast<std::size_t>(next_.topic)],
                .partition = next_.partition,
                .key = std::nullopt,
                .value = std::as_bytes(std::span{value}),
                .headers = {}};
            if (next_.has_key) record.key = std::as_bytes(std::span{next_.key});
            if (!producer_->send(record, place)) ledger_.not_produced(place);
            has_next_ = false;
        }
    }

    void serve_producer() {
        producer_->serve([this](const kafka::Delivery& delivery) {
            if (delivery.error) {
                ledger_.not_produced(delivery.token);
            } else {
                ledger_.produced(delivery.token, delivery.partition, delivery.offset);
            }
        });
    }

    void perform(const PlannedFault& planned) {
        RealMember& member = *members_[static_cast<std::size_t>(planned.member)];
        const FaultKind what = planned.fault->what;
        if (what == FaultKind::stop_member) {
            static_cast<void>(member.stop({.finish = Finish::in_flight, .limit = 30s}));
            member.start_at(now() + planned.fault->lasts);
        } else if (what == FaultKind::join_member) {
            static_cast<void>(member.start());
        } else if (what == FaultKind::pause_member) {
            member.pause_until(now() + planned.fault->lasts);
        }
    }

    bool wait_for_rest() {
        const Instant limit = now() + scenario_.phases.liveness;
        while (now() < limit) {
            serve_producer();
            for (const auto& member : members_) {
                member->tick(now());
            }
            if (ledger_.is_at_rest()) return true;
            std::this_thread::sleep_for(step);
        }
        return false;
    }

    void restart(RunEnding& ending) {
        for (const auto& member : members_) {
            static_cast<void>(member->stop({.finish = Finish::in_flight, .limit = 30s}));
        }
        for (std::int32_t number = 0; number < scenario_.members; ++number) {
            static_cast<void>(members_[static_cast<std::size_t>(number)]->start());
        }
        // Anything that must not run again has had its chance when all partitions are read to their
        // end.
        const Instant limit = now() + scenario_.phases.liveness;
        const auto has_caught_up = [&] {
            return std::all_of(
                members_.begin(),
                members_.begin() + scenario_.members,
                [](auto& member) { return member->is_caught_up(); }
            );
        };
        while (!has_caught_up() && now() < limit) {
            std::this_thread::sleep_for(step);
        }
        ending.at_rest = has_caught_up() && ledger_.is_at_rest();
    }

    const Scenario& scenario_;
    std::string brokers_;
    Random random_;
    Instant start_;
    RealLedger ledger_;
    Recording recording_;
    std::string suffix_;
    std::vector<std::string> topics_;
    std::unique_ptr<kafka::KafkaProducer> producer_;
    std::vector<std::unique_ptr<RealMember>> members_;
    LoadPlan load_;
    std::vector<PlannedFault> faults_;
    LoadRecord next_;
    bool has_next_ = false;
};

}  // namespace

std::vector<std::string> needs_simulator(const Scenario& scenario) {
    std::vector<std::string> needs;
    if (scenario.consumer != "engine") {
        needs.push_back("its consumer is the baseline '" + scenario.consumer + "'");
    }
    if (scenario.handler.deferred && scenario.engine.deferred.expiry > Duration{0}) {
        needs.push_back("its tokens expire: only there it is known when each did");
    }
    for (const Fault& fault : scenario.faults) {
        if (std::ranges::find(possible_faults, fault.what) != possible_faults.end()) continue;
        std::string need = "the fault " + std::string(row_of(fault.what).name);
        if (std::ranges::find(needs, need) == needs.end()) needs.push_back(std::move(need));
    }
    return needs;
}

std::expected<RunReport, Error> run_on_kafka(
    const Scenario& scenario, const RunRequest& request, const std::string& brokers
) {
    if (const auto needs = needs_simulator(scenario); !needs.empty()) {
        std::string text = "this scenario cannot run on a real cluster:";
        for (const std::string& need : needs) {
            text += " " + need + ";";
        }
        text.pop_back();
        return std::unexpected(Error{Errc::invalid_options, std::move(text), scenario.name});
    }
    return RealRun(scenario, request, brokers).run();
}

}  // namespace odradek::scenarios
