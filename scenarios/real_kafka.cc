#include "scenarios/real_kafka.h"

#include "engine/kafka/admin.h"
#include "engine/kafka/commit_log.h"
#include "engine/kafka/group_offsets.h"
#include "engine/runtime/steady_clock.h"
#include "scenarios/kept_kafka.h"
#include "scenarios/member_process.h"
#include "scenarios/real_faults.h"
#include "scenarios/real_ledger.h"
#include "scenarios/real_load.h"
#include "scenarios/scenario_text.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

#include <unistd.h>

namespace odradek::scenarios {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr Duration step = 10ms;
constexpr Duration stop_limit = 30s;

/// Between the time at which a coordinator says that it took a commit, cut to milliseconds, and the
/// time at which that can have been at the latest.
constexpr auto clock_margin = 3ms;

std::vector<std::int32_t> partitions_of(const Scenario& scenario) {
    std::vector<std::int32_t> partitions;
    for (const Topic& topic : scenario.topics) {
        partitions.push_back(topic.partitions);
    }
    return partitions;
}

fs::path member_program(const RealWorld& world) {
    if (!world.program.empty()) return world.program;
    std::error_code failed;
    return fs::read_symlink("/proc/self/exe", failed).parent_path() / "odradek-chaos";
}

/// One run of a scenario on a cluster.
class RealRun {
public:
    RealRun(const Scenario& scenario, const RunRequest& request, const RealWorld& world)
        : scenario_(scenario)
        , world_(world)
        , random_(request.seed)
        , start_(steady_now())
        , ledger_(start_)
        , recording_(scenario, request)
        , suffix_(
              std::to_string(getpid()) + "-" + std::to_string(start_.time_since_epoch().count())
          )
        , producing_(LoadPlan(scenario.load, scenario.topics, random_.split("load")), ledger_)
        , plan_(plan_faults(
              scenario.faults,
              {.members = scenario.members + scenario.late_members,
               .brokers = world.kafka == nullptr ? 1 : world.kafka->nodes(),
               .partitions = partitions_of(scenario)},
              random_.split("faults")
          ))
        , faults_(members_, world.kafka, ledger_) {}

    std::expected<RunReport, Error> run() {
        if (auto made = make_folder(); !made) return std::unexpected(std::move(made.error()));
        auto report = run_in_folder();
        std::error_code failed;
        if (world_.folder.empty()) fs::remove_all(folder_, failed);
        return report;
    }

private:
    std::expected<RunReport, Error> run_in_folder() {
        if (auto made = make_topics(); !made) return std::unexpected(std::move(made.error()));
        auto producing = producing_.open(world_.brokers, topics_);
        if (!producing) return std::unexpected(std::move(producing.error()));
        if (auto up = start_members(); !up) return std::unexpected(std::move(up.error()));

        wait_for_the_group();
        begin_ = steady_now();
        RunEnding ending;
        pass_through_the_phases(ending);
        stop_members();
        if (!faults_.problem().empty()) {
            return std::unexpected(Error{Errc::client_failed, faults_.problem(), scenario_.name});
        }
        return finish(std::move(ending));
    }

    std::expected<RunReport, Error> finish(RunEnding ending) {
        for (const MemberProcess& member : members_) {
            const std::vector<std::string>& broken = member.contracts();
            ending.contracts.insert(ending.contracts.end(), broken.begin(), broken.end());
        }
        use_commit_log();
        const std::vector<std::string> mistakes = ledger_.give(recording_);
        ending.contracts.insert(ending.contracts.end(), mistakes.begin(), mistakes.end());
        return recording_.finish(ending);
    }

    std::expected<void, Error> make_folder() {
        folder_ = world_.folder.empty() ? fs::temp_directory_path() / ("odradek-chaos-" + suffix_)
                                        : world_.folder;
        std::error_code failed;
        fs::create_directories(folder_, failed);
        std::ofstream output(scenario_file());
        output << scenario_yaml(scenario_);
        output.close();
        if (output) return {};
        return std::unexpected(Error{
            Errc::client_failed, "cannot be written", scenario_file().string()});
    }

    [[nodiscard]] fs::path scenario_file() const { return folder_ / "scenario.yml"; }

    std::expected<void, Error> make_topics() {
        auto admin = kafka::Admin::open(world_.brokers);
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
        const MemberFiles files{
            .program = member_program(world_), .folder = folder_, .scenario = scenario_file()};
        const std::uint64_t seed = random_.split("handler").next();
        for (std::int32_t number = 0; number < scenario_.members + scenario_.late_members;
             ++number) {
            members_.emplace_back(
                files,
                RealMember::Place{
                    .brokers = world_.brokers,
                    .group = group(),
                    .topics = topics_,
                    .number = number,
                    .handler_seed = seed},
                ledger_
            );
        }
        for (std::int32_t number = 0; number < scenario_.members; ++number) {
            if (auto up = member(number).start(); !up) return up;
        }
        return {};
    }

    [[nodiscard]] std::string group() const { return "group-" + suffix_; }

    /// The scenario's time: it begins when the group is there, as in the simulator.
    [[nodiscard]] Instant now() const { return Instant{} + (steady_now() - begin_); }

    /// Until every member that is up from the start has its partitions, or for long enough.
    void wait_for_the_group() {
        constexpr Duration limit = 20s;
        const Instant until = steady_now() + limit;
        while (!has_caught_up() && steady_now() < until) {
            tick_members();
        }
    }

    [[nodiscard]] bool has_caught_up() const {
        return std::all_of(
            members_.begin(),
            members_.begin() + scenario_.members,
            [](const MemberProcess& member) { return member.is_caught_up(); }
        );
    }

    void tick_members() {
        for (MemberProcess& member : members_) {
            member.tick();
        }
        std::this_thread::sleep_for(step);
    }

    MemberProcess& member(std::int32_t number) {
        return members_[static_cast<std::size_t>(number)];
    }

    void tick() {
        producing_.tick(now());
        faults_.tick(now());
        tick_members();
    }

    void pass_through_the_phases(RunEnding& ending) {
        std::size_t next_fault = 0;
        // When nothing more can happen there is no need to sit out the rest of the phase.
        while (next_fault < plan_.size() || !faults_.is_over() || !producing_.is_over()) {
            while (next_fault < plan_.size() && plan_[next_fault].at <= now()) {
                faults_.perform(plan_[next_fault++], now());
            }
            tick();
        }
        heal();
        ending.at_rest = wait_for_rest();
        ending.reached_end = true;
        if (ending.at_rest && scenario_.phases.restart_at_end) restart(ending);
        if (!ending.at_rest) ending.pending = ledger_.pending() + problem();
    }

    [[nodiscard]] std::string problem() const {
        if (world_.kafka == nullptr || world_.kafka->problem().empty()) return {};
        return "; a broker did not come back: " + world_.kafka->problem();
    }

    void heal() {
        for (std::int32_t number = 0; number < scenario_.members; ++number) {
            faults_.start(member(number));
        }
    }

    bool wait_for_rest() {
        constexpr Duration ask_broker_every = 2s;
        const Instant limit = now() + scenario_.phases.liveness;
        Instant ask_at = now() + ask_broker_every;
        while (now() < limit) {
            tick();
            if (ledger_.is_at_rest()) return true;
            // A commit whose member was killed before it heard of it is known to the broker alone.
            if (!ledger_.is_finished() || now() < ask_at) continue;
            ask_at = now() + ask_broker_every;
            ask_broker();
        }
        return false;
    }

    void ask_broker() {
        const auto stored =
            kafka::read_group_offsets({.brokers = world_.brokers, .group = group(), .limit = 5s});
        if (!stored) return;
        for (const kafka::GroupOffset& offset : *stored) {
            const std::int32_t topic = number_of(offset.partition.topic);
            if (topic < 0) continue;
            ledger_.stored({topic, offset.partition.partition.value()}, offset.next_to_read);
        }
    }

    [[nodiscard]] std::int32_t number_of(const std::string& topic) const {
        const auto found = std::ranges::find(topics_, topic);
        return found == topics_.end() ? -1 : static_cast<std::int32_t>(found - topics_.begin());
    }

    void stop_members() {
        for (MemberProcess& member : members_) {
            member.stop(stop_limit);
        }
        const Instant limit = now() + 2 * stop_limit;
        const auto is_up = [](const MemberProcess& member) { return member.is_up(); };
        while (std::ranges::any_of(members_, is_up) && now() < limit) {
            tick();
        }
        for (MemberProcess& member : members_) {
            member.kill();  // who does not leave when asked shows in the verdict
        }
    }

    void restart(RunEnding& ending) {
        stop_members();
        heal();
        // Anything that must not run again has had its chance when all partitions are read to their
        // end.
        const Instant limit = now() + scenario_.phases.liveness;
        while (!has_caught_up() && now() < limit) {
            tick();
        }
        ending.at_rest = has_caught_up() && ledger_.is_at_rest();
    }

    /// Puts the coordinator's log of commits in the place of what members say; where it cannot be
    /// read, their word stands, and the trace says so.
    void use_commit_log() {
        const auto log = kafka::read_commit_log(world_.brokers, group());
        if (!log) {
            TraceEvent note{.kind = TraceEvent::Kind::note};
            note.detail = "commits as the members heard of them: " + to_string(log.error());
            return ledger_.write(std::move(note));
        }
        const auto wall = std::chrono::system_clock::now().time_since_epoch();
        const Instant steady = Instant{} + (steady_now() - start_);
        std::vector<TraceEvent> commits;
        for (const kafka::StoredCommit& stored : *log) {
            TraceEvent event{
                .at =
                    steady - std::chrono::duration_cast<Duration>(wall - stored.at) + clock_margin,
                .kind = TraceEvent::Kind::committed,
                .topic = number_of(stored.partition.topic),
                .partition = stored.partition.partition,
                .offset = stored.next_to_read};
            event.detail = stored.metadata;
            if (event.topic >= 0) commits.push_back(std::move(event));
        }
        ledger_.use_stored_commits(std::move(commits));
    }

    const Scenario& scenario_;
    const RealWorld& world_;
    Random random_;
    Instant start_;
    Instant begin_{};
    RealLedger ledger_;
    Recording recording_;
    std::string suffix_;
    fs::path folder_;
    std::vector<std::string> topics_;
    std::vector<MemberProcess> members_;
    RealLoad producing_;
    std::vector<PlannedFault> plan_;
    RealFaults faults_;
};

}  // namespace

std::vector<std::string> needs_simulator(const Scenario& scenario, const RealWorld& world) {
    std::vector<std::string> needs;
    if (scenario.consumer != "engine") {
        needs.push_back("its consumer is the baseline '" + scenario.consumer + "'");
    }
    if (scenario.handler.deferred && scenario.engine.deferred.expiry > Duration{0}) {
        needs.push_back("its tokens expire: only there it is known when each did");
    }
    for (const Fault& fault : scenario.faults) {
        if (can_happen_to_processes(fault.what)) continue;
        const bool is_of_brokers = can_happen_to_brokers(fault.what);
        if (is_of_brokers && world.kafka != nullptr && world.kafka->nodes() > 1) continue;
        std::string need = "the fault " + std::string(row_of(fault.what).name);
        if (is_of_brokers) need += " (possible with --local-kafka --nodes 3)";
        if (std::ranges::find(needs, need) == needs.end()) needs.push_back(std::move(need));
    }
    return needs;
}

std::expected<RunReport, Error> run_on_kafka(
    const Scenario& scenario, const RunRequest& request, const RealWorld& world
) {
    if (const auto needs = needs_simulator(scenario, world); !needs.empty()) {
        std::string text = "this scenario cannot run on a real cluster:";
        for (const std::string& need : needs) {
            text += " " + need + ";";
        }
        text.pop_back();
        return std::unexpected(Error{Errc::invalid_options, std::move(text), scenario.name});
    }
    return RealRun(scenario, request, world).run();
}

}  // namespace odradek::scenarios
