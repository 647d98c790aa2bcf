#pragma once

#include "odradek/clock.h"

#include "scenarios/fault.h"
#include "scenarios/kept_kafka.h"
#include "scenarios/member_process.h"
#include "scenarios/real_ledger.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace odradek::scenarios {

/// Which faults a real run can make: of processes always, of brokers when they are ours.
[[nodiscard]] bool can_happen_to_processes(FaultKind kind);
[[nodiscard]] bool can_happen_to_brokers(FaultKind kind);

/// Makes faults happen to processes, and ends them in time. Times are the run's own.
class RealFaults {
public:
    RealFaults(std::vector<MemberProcess>& members, KeptKafka* kafka, RealLedger& ledger)
        : members_(members)
        , kafka_(kafka)
        , ledger_(ledger) {}

    void perform(const PlannedFault& planned, Instant now);

    /// Starts a member's process; nothing if it has one.
    void start(MemberProcess& member);

    /// Does what is due.
    void tick(Instant now);

    /// Nothing that began is still to end.
    [[nodiscard]] bool is_over() const { return due_.empty(); }

    /// Why a member could not be started again; empty when all went well.
    [[nodiscard]] const std::string& problem() const { return problem_; }

private:
    void disturb_broker(const PlannedFault& planned, Instant now);
    void end_when_whole(const std::string& name, Instant now);
    void stop_and_return(const PlannedFault& planned, MemberProcess& member, Instant now);
    void change_handler(const PlannedFault& planned, MemberProcess& member, Instant now);
    void note(bool on, const std::string& what, std::int32_t member);
    void later(Instant at, std::function<void(Instant)> what) { due_.emplace(at, std::move(what)); }

    std::vector<MemberProcess>& members_;
    KeptKafka* kafka_;
    RealLedger& ledger_;
    std::multimap<Instant, std::function<void(Instant)>> due_;
    std::string problem_;
};

}  // namespace odradek::scenarios
