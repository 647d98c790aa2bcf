#include "scenarios/real_faults.h"

#include "odradek/error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace odradek::scenarios {

namespace {

using namespace std::chrono_literals;
using enum FaultKind;

constexpr std::array of_processes{
    crash_member,
    stop_member,
    join_member,
    freeze_member,
    pause_member,
    slow_handlers,
    failing_handlers};
constexpr std::array of_brokers{crash_broker, freeze_broker};

constexpr Duration stop_limit = 30s;
constexpr Duration ask_again_after = 200ms;

std::string named(FaultKind kind, std::int32_t number) {
    std::string name(row_of(kind).name);
    std::ranges::replace(name, '_', ' ');
    return name + " " + std::to_string(number);
}

}  // namespace

bool can_happen_to_processes(FaultKind kind) {
    return std::ranges::find(of_processes, kind) != of_processes.end();
}

bool can_happen_to_brokers(FaultKind kind) {
    return std::ranges::find(of_brokers, kind) != of_brokers.end();
}

void RealFaults::perform(const PlannedFault& planned, Instant now) {
    const FaultKind what = planned.fault->what;
    if (can_happen_to_brokers(what)) return disturb_broker(planned, now);
    MemberProcess& member = members_[static_cast<std::size_t>(planned.member)];
    if (what == join_member) return start(member);
    if (!member.is_up()) return;
    if (what == crash_member || what == stop_member) return stop_and_return(planned, member, now);
    if (what == slow_handlers || what == failing_handlers) {
        return change_handler(planned, member, now);
    }
    const std::string name = named(what, planned.member);
    note(true, name, planned.member);
    if (what == freeze_member) {
        member.freeze();
    } else {
        member.order({.kind = MemberOrder::Kind::pause});
    }
    later(
        now + planned.fault->lasts,
        [this, &member, what, name, number = planned.member](Instant) {
            if (what == freeze_member) {
                member.thaw();
            } else {
                member.order({.kind = MemberOrder::Kind::resume});
            }
            note(false, name, number);
        }
    );
}

void RealFaults::stop_and_return(const PlannedFault& planned, MemberProcess& member, Instant now) {
    if (planned.fault->what == crash_member) {
        member.kill();
    } else {
        member.thaw();  // who stands still cannot leave
        member.stop(stop_limit);
    }
    later(now + planned.fault->lasts, [this, &member](Instant) { start(member); });
}

// Another process of the same member starts when the last one is gone.
void RealFaults::start(MemberProcess& member) {
    if (const auto started = member.start(); !started) problem_ = to_string(started.error());
}

void RealFaults::change_handler(const PlannedFault& planned, MemberProcess& member, Instant now) {
    const Fault& fault = *planned.fault;
    const std::string name = named(fault.what, planned.member);
    note(true, name, planned.member);
    if (fault.what == slow_handlers) {
        member.order({.kind = MemberOrder::Kind::slow_handler, .span = fault.latency});
    } else {
        member.order({.kind = MemberOrder::Kind::failing_handler, .failures = fault.failures});
    }
    later(now + fault.lasts, [this, &member, name, number = planned.member](Instant) {
        member.order({.kind = MemberOrder::Kind::usual_handler});
        note(false, name, number);
    });
}

// One broker at a time: with two of three gone nobody can store anything, whatever the engine does.
void RealFaults::disturb_broker(const PlannedFault& planned, Instant now) {
    if (!kafka_->is_whole()) {
        if (!kafka_->problem().empty()) return;
        return later(now + ask_again_after, [this, &planned](Instant then) {
            disturb_broker(planned, then);
        });
    }
    const bool crashes = planned.fault->what == crash_broker;
    const std::string name = named(planned.fault->what, planned.broker);
    note(true, name, -1);
    if (crashes) {
        kafka_->kill(planned.broker);
    } else {
        kafka_->freeze(planned.broker);
    }
    later(now + planned.fault->lasts, [this, crashes, name, broker = planned.broker](Instant then) {
        if (crashes) {
            kafka_->restart(broker);
        } else {
            kafka_->thaw(broker);
        }
        end_when_whole(name, then);
    });
}

// A broker that was started again is broken until it serves.
void RealFaults::end_when_whole(const std::string& name, Instant now) {
    if (kafka_->is_whole() || !kafka_->problem().empty()) return note(false, name, -1);
    later(now + ask_again_after, [this, name](Instant then) { end_when_whole(name, then); });
}

void RealFaults::tick(Instant now) {
    while (!due_.empty() && due_.begin()->first <= now) {
        const auto what = due_.extract(due_.begin()).mapped();
        what(now);
    }
}

void RealFaults::note(bool on, const std::string& what, std::int32_t member) {
    TraceEvent event{
        .kind = on ? TraceEvent::Kind::fault_on : TraceEvent::Kind::fault_off, .member = member};
    event.detail = what;
    ledger_.write(std::move(event));
}

}  // namespace odradek::scenarios
