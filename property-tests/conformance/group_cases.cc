#include "property-tests/conformance/cases.h"

#include <array>
#include <string>

namespace odradek::conformance {
namespace {

using namespace std::chrono_literals;

const TopicPlace t0{"t", 0};
const TopicPlace t1{"t", 1};

void ft_14(Rig& rig) {
    rig.create_topic("t", 3);
    Member& b = rig.add("B", {});
    rig.until_seen(b, "ASSIGN t-0 t-1 t-2");
    Member& a = rig.add("C", {});
    rig.until_seen(a, "ASSIGN");
    rig.until_seen(b, "ASSIGN", 2);
    rig.wait(2s);
    b.poll(false);
    Member& c = rig.add("D", {});
    rig.until_seen(a, "REVOKE");
    rig.wait(2s);
    a.commit({{t0, 5}});
    rig.wait(2s);
    rig.note("answers before B polls", std::to_string(a.seen().count("COMMIT")));
    b.poll(true);
    rig.until_seen(a, "COMMIT");
    rig.until_seen(c, "ASSIGN");
    rig.wait(8s);
    rig.note("stored", rig.committed("g", t0));
}

void ft_17(Rig& rig) {
    rig.create_topic("t", 2);
    Member& a = rig.add("A", {});
    rig.until_seen(a, "ASSIGN t-0 t-1");
    rig.note("group", rig.group_state("g"));
    a.commit({{t0, 4}});
    rig.until_seen(a, "COMMIT");
    a.close();
    rig.until_seen(a, "CLOSED");
    rig.note("group", rig.group_state("g"));
    rig.note("committed", rig.committed("g", t0));
}

/// Three static members of two topics, started one after the other.
void balanced(Rig& rig, const std::string& assignor, int partitions_of_a) {
    rig.create_topic("a", partitions_of_a);
    rig.create_topic("b", 2);
    std::array<Member*, 3> members{};
    for (std::size_t i = 0; i < members.size(); ++i) {
        const std::string id = "c" + std::to_string(i + 1);
        members[i] = &rig.add(
            "M" + std::to_string(i + 1),
            {.topics = {"a", "b"}, .assignor = assignor, .static_id = id}
        );
        rig.until_seen(*members[i], "ASSIGN");
        for (std::size_t other = 0; other < i; ++other)
            rig.until_seen(*members[other], "ASSIGN", i - other + 1);
        rig.wait(1s);
    }
}

void ft_18_range(Rig& rig) {
    balanced(rig, "range", 3);
}
void ft_18_roundrobin(Rig& rig) {
    balanced(rig, "roundrobin", 3);
}
void ft_18_range_4(Rig& rig) {
    balanced(rig, "range", 4);
}
void ft_18_roundrobin_4(Rig& rig) {
    balanced(rig, "roundrobin", 4);
}

void ft_19(Rig& rig) {
    rig.create_topic("t", 6);
    const MemberSettings settings{.assignor = "cooperative-sticky"};
    Member& a = rig.add("A", settings);
    rig.until_seen(a, "ASSIGN t-0");
    for (int partition = 0; partition < 6; ++partition)
        rig.produce({"t", partition}, 20);
    for (int partition = 0; partition < 6; ++partition)
        rig.until_read(a, {"t", partition}, 20);
    for (int partition = 0; partition < 6; ++partition)
        a.commit({{{"t", partition}, 20}});
    rig.until_seen(a, "COMMIT", 6);
    Member& b = rig.add("B", settings);
    rig.until_seen(b, "ASSIGN t-");
    rig.until_seen(a, "ASSIGN", 3);
    for (int partition = 0; partition < 6; ++partition)
        rig.produce({"t", partition}, 10);
    rig.wait(2s);
}

// FT-20 with the sticky assignor that librdkafka has.
void ft_20(Rig& rig) {
    rig.create_topic("t", 6);
    const MemberSettings settings{.assignor = "cooperative-sticky"};
    std::array<Member*, 3> members{};
    for (std::size_t i = 0; i < members.size(); ++i) {
        members[i] = &rig.add(std::string(1, static_cast<char>('A' + i)), settings);
        rig.until_seen(*members[i], "ASSIGN t-");
        rig.wait(3s);
    }
    members[2]->close();
    rig.until_seen(*members[2], "CLOSED");
    rig.wait(5s);
    for (Member* member : members) {
        std::size_t revoked = 0;
        for (const std::string& line : member->seen().lines)
            revoked += line.starts_with("REVOKE") && line != "REVOKE" ? 1U : 0U;
        rig.note(member->name() + " gave up, times", std::to_string(revoked));
        member->seen().lines.clear();  // which partition goes where is not promised
    }
    rig.note("group", rig.group_state("g"));
}

void ft_22(Rig& rig) {
    rig.create_topic("t", 2);
    Member& first = rig.add("A", {.static_id = "c1"});
    rig.until_seen(first, "ASSIGN t-0 t-1");
    Member& second = rig.add("B", {.static_id = "c1"});
    rig.until_seen(second, "ASSIGN t-0 t-1");
    rig.until_seen(first, "FATAL");
    rig.wait(1s);
}

void ft_23(Rig& rig) {
    rig.create_topic("t", 2);
    Member& a = rig.add("A", {});
    rig.until_seen(a, "ASSIGN t-0 t-1");
    Member& b = rig.add("B", {.assignor = "cooperative-sticky"});
    rig.until_seen(b, "ERROR INCONSISTENT_GROUP_PROTOCOL");
    rig.wait(2s);
    rig.note("group", rig.group_state("g"));
}

void ft_24(Rig& rig) {
    rig.create_topic("t", 2);
    Member& a = rig.add("A", {});
    rig.until_seen(a, "ASSIGN t-0 t-1");
    Member& b = rig.add("B", {});
    rig.until_seen(b, "ASSIGN t-1");
    rig.until_seen(a, "ASSIGN t-0", 2);
    rig.wait(1s);
    b.freeze();
    rig.until_seen(a, "ASSIGN t-0 t-1", 2);
}

void ft_25(Rig& rig) {
    rig.create_topic("t", 2);
    rig.produce(t0, 5);
    Member& a = rig.add("A", {.max_poll = 6s});
    rig.until_seen(a, "ASSIGN");
    rig.until_read(a, t0, 5);
    rig.wait(1s);
    a.poll(false);
    rig.wait(9s);
    a.commit({{t0, 3}});
    rig.wait(1s);
    a.poll(true);
    rig.until_seen(a, "ASSIGN", 2);
    rig.until_read(a, t0, 10);
    rig.note("committed", rig.committed("g", t0));
}

void ft_26(Rig& rig) {
    rig.create_topic("t", 2);
    Member& leader = rig.add("A", {.metadata_refresh = 10min});
    rig.until_seen(leader, "ASSIGN t-0 t-1");
    Member& follower = rig.add("B", {.metadata_refresh = 2s});
    rig.until_seen(follower, "ASSIGN t-1");
    rig.until_seen(leader, "ASSIGN t-0", 2);
    rig.wait(3s);
    rig.note("leader before", std::to_string(leader.seen().lines.size()));
    rig.add_partitions("t", 4);
    rig.until_seen(follower, "ASSIGN t-1", 2);
    rig.wait(1s);
    rig.note("leader after", std::to_string(leader.seen().lines.size()));
}

void ft_27(Rig& rig, const std::string& reset) {
    rig.create_topic("t", 1);
    Member& a = rig.add("A", {.metadata_refresh = 3s, .reset = reset});
    rig.until_seen(a, "ASSIGN t-0");
    rig.wait(1s);
    rig.add_partitions("t", 2);
    rig.wait(500ms);
    rig.produce(t1, 10);
    rig.until_seen(a, "ASSIGN t-0 t-1");
    rig.wait(2s);
    rig.produce(t1, 5);
    rig.wait(2s);
}
void ft_27_latest(Rig& rig) {
    ft_27(rig, "latest");
}
void ft_27_earliest(Rig& rig) {
    ft_27(rig, "earliest");
}

void ft_28(Rig& rig) {
    rig.create_topic("fid-0", 1);
    rig.create_topic("other", 1);
    Member& a = rig.add("A", {.topics = {"^fid-.*"}, .metadata_refresh = 2s});
    rig.until_seen(a, "ASSIGN fid-0-0");
    rig.create_topic("fid-1", 2);
    rig.until_seen(a, "ASSIGN fid-0-0 fid-1-0 fid-1-1");
    rig.wait(3s);
    rig.delete_topic("fid-0");
    rig.until_seen(a, "ASSIGN fid-1-0 fid-1-1");
    rig.wait(1s);
    // How often and by which name the library complains of the deleted topic is not promised.
    std::erase_if(a.seen().lines, [](const std::string& line) {
        return line == "ERROR UNKNOWN_TOPIC_OR_PART" || line == "ERROR _UNKNOWN_PARTITION";
    });
}

void ft_29(Rig& rig) {
    rig.create_topic("t", 2);
    Member& a = rig.add("A", {});
    rig.until_seen(a, "ASSIGN t-0 t-1");
    a.close();
    a.close();
    rig.until_seen(a, "CLOSED");
    rig.note("group", rig.group_state("g"));
}

void od_5(Rig& rig) {
    rig.create_topic("t", 2);
    rig.produce(t0, 10);
    Member& a = rig.add("A", {});
    rig.until_read(a, t0, 10);
    a.commit({{t0, 4}});
    rig.until_seen(a, "COMMIT");
    rig.wait(1s);
    a.kill();
    Member& b = rig.add("B", {});
    rig.until_seen(b, "ASSIGN t-0 t-1");
    rig.until_read(b, t0, 6);
    rig.wait(500ms);
}

void od_6(Rig& rig) {
    rig.create_topic("t", 2);
    Member& a = rig.add("A", {.static_id = "c1", .session = 30s});
    rig.until_seen(a, "ASSIGN t-0 t-1");
    Member& b = rig.add("B", {.static_id = "c2", .session = 30s});
    rig.until_seen(b, "ASSIGN t-1");
    rig.until_seen(a, "ASSIGN t-0", 2);
    rig.wait(1s);
    b.close();
    rig.until_seen(b, "CLOSED");
    rig.note("group", rig.group_state("g"));
    Member& again = rig.add("B2", {.static_id = "c2", .session = 30s});
    rig.until_seen(again, "ASSIGN t-1");
    rig.wait(2s);
    rig.note("group", rig.group_state("g"));
}

void od_7(Rig& rig) {
    rig.create_topic("t", 2);
    const MemberSettings settings{.assignor = "cooperative-sticky"};
    Member& a = rig.add("A", settings);
    rig.until_seen(a, "ASSIGN t-0 t-1");
    Member& b = rig.add("B", settings);
    rig.until_seen(b, "ASSIGN t-");
    rig.until_seen(a, "ASSIGN", 3);
    rig.wait(2s);
    b.close();
    rig.until_seen(b, "CLOSED");
    rig.until_seen(a, "ASSIGN t-", 2);
    rig.wait(1s);
}

void od_8(Rig& rig) {
    rig.create_topic("t", 1);
    Member& a = rig.add("A", {});
    rig.until_seen(a, "ASSIGN t-0");
    Member& b = rig.add("B", {});
    rig.until_seen(b, "ASSIGN");
    rig.until_seen(a, "ASSIGN t-0", 2);
    a.close();
    rig.until_seen(b, "ASSIGN t-0");
    rig.until_seen(a, "CLOSED");
}

void od_9(Rig& rig) {
    rig.create_topic("t", 2);
    const MemberSettings settings{.assignor = "cooperative-sticky"};
    Member& a = rig.add("A", settings);
    rig.until_seen(a, "ASSIGN t-0 t-1");
    Member& b = rig.add("B", settings);
    rig.until_seen(b, "ASSIGN t-");
    rig.until_seen(a, "ASSIGN", 3);
    rig.wait(2s);
    b.kill();
    rig.until_seen(a, "ASSIGN t-", 2);
    rig.wait(1s);
    rig.note("group", rig.group_state("g"));
}

void od_10(Rig& rig) {
    rig.create_topic("t", 2);
    Member& a = rig.add("A", {});
    rig.until_seen(a, "ASSIGN t-0 t-1");
    a.answer_at_once(false);
    Member& b = rig.add("B", {});
    rig.until_seen(a, "REVOKE");
    b.close();
    rig.until_seen(b, "CLOSED");
    a.answer_at_once(true);
    a.answer();
    rig.until_seen(a, "ASSIGN t-0 t-1", 2);
}

}  // namespace

std::vector<Case> group_cases() {
    return {
        {"FT_14", "a_commit_behind_the_own_parked_join_is_refused_BM_219", ft_14},
        {"FT_17", "a_group_is_stable_with_a_member_and_empty_after_BM_72", ft_17},
        {"FT_18a", "range_gives_each_topic_in_ranges_BM_119", ft_18_range},
        {"FT_18b", "roundrobin_deals_all_topics_in_turn_BM_120", ft_18_roundrobin},
        {"FT_18c", "range_gives_the_rest_to_the_first_BM_119", ft_18_range_4},
        {"FT_18d", "roundrobin_goes_on_over_topics_BM_120", ft_18_roundrobin_4},
        {"FT_19", "a_cooperative_newcomer_disturbs_only_what_moves_BM_124", ft_19},
        {"FT_20", "who_stays_keeps_what_it_has_when_one_leaves_BM_122", ft_20},
        {"FT_22", "a_second_process_of_a_static_member_fences_the_first_BM_104", ft_22},
        {"FT_23", "a_member_without_a_common_assignor_is_refused_BM_79", ft_23},
        {"FT_24", "a_frozen_member_loses_its_partitions_BM_100", ft_24},
        {"FT_25", "whoever_does_not_poll_is_out_and_learns_it_late_BM_278", ft_25},
        {"FT_26", "a_follower_sees_new_partitions_and_gets_the_same_list_BM_112", ft_26},
        {"FT_27a", "latest_misses_what_a_new_partition_got_first_BM_43", ft_27_latest},
        {"FT_27b", "earliest_reads_a_new_partition_from_its_start_BM_43", ft_27_earliest},
        {"FT_28", "a_pattern_follows_topics_that_come_and_go_BM_110", ft_28},
        {"FT_29", "close_revokes_once_BM_303", ft_29},
        {"OD_5", "a_killed_member_is_replaced_from_what_was_committed_BM_100", od_5},
        {"OD_6", "a_static_member_comes_back_without_a_rebalance_BM_102", od_6},
        {"OD_7", "who_leaves_a_cooperative_group_disturbs_nobody_BM_124", od_7},
        {"OD_8", "a_member_without_partitions_waits_for_its_turn", od_8},
        {"OD_9", "a_killed_cooperative_member_is_replaced_BM_100", od_9},
        {"OD_10", "a_newcomer_that_leaves_again_costs_a_round_BM_264", od_10},
    };
}

}  // namespace odradek::conformance
