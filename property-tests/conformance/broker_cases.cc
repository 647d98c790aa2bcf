#include "property-tests/conformance/cases.h"

#include <string>

namespace odradek::conformance {
namespace {

using namespace std::chrono_literals;

const TopicPlace t0{"t", 0};

/// Reads ten records and has committed five.
Member& member_with_progress(Rig& rig) {
    rig.create_topic("t", 1);
    rig.produce(t0, 10);
    Member& a = rig.add("A", {.session = 40s, .heartbeat = 1s, .metadata_refresh = 2s});
    rig.until_read(a, t0, 10);
    a.commit({{t0, 5}});
    rig.until_seen(a, "COMMIT");
    rig.wait(1s);
    return a;
}

/// The member goes on as if nothing had been.
void goes_on(Rig& rig, Member& a) {
    rig.produce(t0, 3);
    rig.until_read(a, t0, 13);
    a.commit({{t0, 13}});
    rig.until_seen(a, "COMMIT t-0 NO_ERROR", 3);
    rig.wait(1s);
    rig.note("committed", rig.committed("g", t0));
    rig.note("group", rig.group_state("g"));
}

void ft_40(Rig& rig) {
    Member& a = member_with_progress(rig);
    rig.kill_leader(t0);
    a.commit({{t0, 6}});
    rig.wait(1s);
    rig.restart_brokers();
    rig.until_seen(a, "COMMIT", 2);
    goes_on(rig, a);
}

void od_17(Rig& rig) {
    Member& a = member_with_progress(rig);
    rig.kill_leader(t0);
    rig.wait(2s);
    a.commit({{t0, 6}});
    rig.until_seen(a, "COMMIT", 2);
    goes_on(rig, a);
}

void od_18(Rig& rig) {
    Member& a = member_with_progress(rig);
    rig.kill_coordinator("g");
    a.commit({{t0, 6}});
    rig.until_seen(a, "COMMIT", 2);
    goes_on(rig, a);
}

}  // namespace

std::vector<Case> broker_cases() {
    return {
        {"FT_40", "a_restart_of_the_broker_disturbs_no_assignment_BM_12", ft_40, 1},
        {"OD_17", "another_broker_takes_a_dead_leaders_place_BM_61", od_17, 3},
        {"OD_18", "another_broker_takes_a_dead_coordinators_place_BM_328", od_18, 3},
    };
}

}  // namespace odradek::conformance
