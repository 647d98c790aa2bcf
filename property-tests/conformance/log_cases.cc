#include "property-tests/conformance/cases.h"

#include <string>

namespace odradek::conformance {
namespace {

using namespace std::chrono_literals;

const TopicPlace t0{"t", 0};
const TopicPlace t1{"t", 1};

void ft_34(Rig& rig) {
    rig.create_topic("t", 1);
    rig.produce(t0, 100);
    rig.delete_records(t0, 40);
    for (const std::string reset : {"earliest", "latest", "error"}) {
        const std::string group = "g-" + reset;
        Member& stranger = rig.add("S-" + reset, {.group = group, .topics = {}});
        stranger.commit({{t0, 10}});
        rig.until_seen(stranger, "COMMIT");
        Member& a = rig.add("A-" + reset, {.group = group, .reset = reset});
        rig.until_seen(a, "ASSIGN t-0");
        if (reset == "earliest") rig.until_read(a, t0, 60);
        if (reset == "error") rig.until_seen(a, "ERROR _AUTO_OFFSET_RESET");
        rig.wait(2s);
        a.close();
        rig.until_seen(a, "CLOSED");
    }
}

void ft_33(Rig& rig) {
    rig.create_compacted_topic("t");
    for (const std::string key : {"a", "b", "a", "c", "a", "b", "d"})
        rig.produce_key(t0, key);
    rig.compact(t0, "e");
    rig.produce_key(t0, "a");
    Member& a = rig.add("A", {.partition_eof = true});
    rig.until_seen(a, "EOF t-0 9");
}

Member& reader_of(Rig& rig, int records) {
    rig.create_topic("t", 2);
    rig.produce(t0, records);
    Member& a = rig.add("A", {});
    rig.until_read(a, t0, records);
    return a;
}

void ft_36(Rig& rig) {
    Member& a = reader_of(rig, 1000);
    a.resume(t0);
    rig.wait(3s);
}

void ft_37(Rig& rig) {
    rig.create_topic("t", 2);
    Member& a = rig.add("A", {});
    rig.until_seen(a, "ASSIGN t-0 t-1");
    a.pause(t0);
    Member& b = rig.add("B", {});
    rig.until_seen(b, "ASSIGN t-1");
    rig.until_seen(a, "ASSIGN t-0", 2);
    rig.produce(t0, 5);
    rig.wait(2s);
    rig.note("read while paused", std::to_string(a.seen().records(t0)));
    a.resume(t0);
    rig.until_read(a, t0, 5);
}

void od_11(Rig& rig) {
    Member& a = reader_of(rig, 20);
    a.pause(t0);
    rig.produce(t0, 10);
    rig.produce(t1, 3);
    rig.until_read(a, t1, 3);
    rig.wait(1s);
    rig.note("read while paused", std::to_string(a.seen().records(t0)));
    a.resume(t0);
    rig.until_read(a, t0, 30);
    rig.wait(500ms);
}

void od_12(Rig& rig) {
    Member& a = reader_of(rig, 20);
    a.seek(t0, 5);
    rig.until_read(a, t0, 35);
    rig.wait(500ms);
}

void od_13(Rig& rig) {
    Member& a = reader_of(rig, 20);
    a.seek(t0, 500);  // BM-21: out of range, and earliest is where it goes
    rig.until_read(a, t0, 40);
    rig.wait(500ms);
}

void od_14(Rig& rig) {
    Member& a = reader_of(rig, 20);
    a.pause(t0);
    rig.produce(t0, 30);
    rig.delete_records(t0, 40);
    a.resume(t0);
    rig.until_read(a, t0, 30);
    rig.wait(500ms);
}

void od_15(Rig& rig) {
    rig.create_topic("t", 2);
    rig.produce(t0, 10);
    Member& a = rig.add("A", {.reset = "latest"});
    rig.until_seen(a, "ASSIGN");
    rig.wait(3s);
    rig.produce(t0, 4);
    rig.until_read(a, t0, 4);
}

}  // namespace

std::vector<Case> log_cases() {
    return {
        {"FT_34", "an_offset_below_the_log_is_reset_BM_40", ft_34},
        {"FT_33", "compaction_leaves_the_newest_of_each_key_and_gaps_BM_37", ft_33, 1},
        {"FT_36", "resuming_what_is_not_paused_delivers_again_BM_285", ft_36},
        {"FT_37", "the_pause_flag_survives_an_assignment_BM_286", ft_37},
        {"OD_11", "a_pause_loses_and_repeats_nothing_BM_284", od_11},
        {"OD_12", "a_seek_back_delivers_from_there_BM_23", od_12},
        {"OD_13", "a_seek_beyond_the_end_is_reset_BM_21", od_13},
        {"OD_14", "records_deleted_ahead_of_the_reader_are_skipped_BM_40", od_14},
        {"OD_15", "latest_begins_behind_what_is_there_BM_42", od_15},
    };
}

}  // namespace odradek::conformance
