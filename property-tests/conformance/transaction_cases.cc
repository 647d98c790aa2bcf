#include "property-tests/conformance/cases.h"

#include <string>

namespace odradek::conformance {
namespace {

using namespace std::chrono_literals;

const TopicPlace t0{"t", 0};

/// A transaction with so many records.
void transact(Rig& rig, Producer& producer, int records, bool commits) {
    rig.note("begin", producer.begin());
    rig.note("produce", producer.produce(t0, records));
    rig.note(commits ? "commit" : "abort", commits ? producer.commit() : producer.abort());
    rig.wait(500ms);  // the markers are written behind the answer (BM-246)
}

// Records 0-2, marker 3, records 4-6, abort marker 7, records 8-10, marker 11, plain 12, end 13.
void ft_30(Rig& rig) {
    rig.create_topic("t", 1);
    Producer& producer = rig.add_producer("x");
    transact(rig, producer, 3, true);
    transact(rig, producer, 3, false);
    transact(rig, producer, 3, true);
    rig.produce(t0, 1);
    Member& committed = rig.add("A", {.group = "c", .partition_eof = true});
    rig.until_seen(committed, "EOF t-0 13");
    Member& all = rig.add("B", {.group = "u", .read_uncommitted = true, .partition_eof = true});
    rig.until_seen(all, "EOF t-0 13");
}

void ft_31(Rig& rig) {
    rig.create_topic("t", 1);
    rig.produce(t0, 2);
    Producer& producer = rig.add_producer("x");
    rig.note("begin", producer.begin());
    rig.note("produce", producer.produce(t0, 3));
    rig.produce(t0, 4);
    Member& a = rig.add("A", {.partition_eof = true});
    rig.until_seen(a, "EOF t-0 2");
    rig.wait(1s);
    rig.note("read before the end", std::to_string(a.seen().records(t0)));
    rig.note("abort", producer.abort());
    rig.until_seen(a, "EOF t-0 10");
}

void ft_32(Rig& rig) {
    rig.create_topic("t", 1);
    Producer& producer = rig.add_producer("x");
    transact(rig, producer, 3, true);
    Member& a = rig.add("A", {.partition_eof = true});
    rig.until_seen(a, "EOF t-0 4");
    a.commit({{t0, 3}});
    rig.until_seen(a, "COMMIT");
    a.tell_position(t0);
    rig.until_seen(a, "POSITION");
    rig.note("committed", rig.committed("g", t0));
}

void ft_38(Rig& rig) {
    rig.create_topic("t", 1);
    rig.produce(t0, 10);
    Member& stranger = rig.add("S", {.topics = {}});
    stranger.commit({{t0, 2}});
    rig.until_seen(stranger, "COMMIT");
    Producer& a = rig.add_producer("x");
    rig.note("begin", a.begin());
    rig.note("produce", a.produce(t0, 2));
    rig.note("send offsets", a.send_offset("g", {t0, 7}));
    Member& consumer = rig.add("C", {.partition_eof = true});
    rig.until_seen(consumer, "ASSIGN t-0");
    rig.wait(2s);
    rig.note("read before the end", std::to_string(consumer.seen().records(t0)));
    Producer& b = rig.add_producer("x");
    rig.note("begin of the second", b.begin());
    rig.note("commit of the first", a.commit());
    rig.until_seen(consumer, "EOF");
    rig.note("committed", rig.committed("g", t0));
}

void od_16(Rig& rig) {
    rig.create_topic("t", 1);
    rig.produce(t0, 10);
    Producer& a = rig.add_producer("x");
    rig.note("begin", a.begin());
    rig.note("send offsets", a.send_offset("g", {t0, 7}));
    rig.note("commit", a.commit());
    rig.wait(500ms);
    rig.note("committed", rig.committed("g", t0));
    Member& consumer = rig.add("C", {.partition_eof = true});
    rig.until_seen(consumer, "EOF");
}

}  // namespace

std::vector<Case> transaction_cases() {
    return {
        {"FT_30", "aborted_records_and_markers_are_gaps_BM_31", ft_30},
        {"FT_31", "an_open_transaction_holds_back_what_is_behind_it_BM_34", ft_31},
        {"FT_32", "a_marker_at_the_end_stays_in_front_of_the_commit_BM_32", ft_32},
        {"FT_38", "pending_offsets_keep_the_new_owner_waiting_BM_235", ft_38},
        {"OD_16", "offsets_of_a_transaction_hold_from_its_commit_BM_255", od_16},
    };
}

}  // namespace odradek::conformance
