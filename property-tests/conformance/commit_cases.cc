#include "property-tests/conformance/cases.h"

#include <string>

namespace odradek::conformance {
namespace {

using namespace std::chrono_literals;

const TopicPlace t0{"t", 0};
const TopicPlace t1{"t", 1};

std::string times(std::string_view text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i)
        all += text;
    return all;
}

/// A member that has both partitions of t.
Member& sole_member(Rig& rig, const MemberSettings& settings = {}) {
    rig.create_topic("t", 2);
    Member& a = rig.add("A", settings);
    rig.until_seen(a, "ASSIGN t-0 t-1");
    return a;
}

/// Commits t-0 and waits for the answer.
void commit(Rig& rig, Member& member, std::int64_t offset, const std::string& metadata = "") {
    const std::size_t before = member.seen().count("COMMIT");
    member.commit({{t0, offset, metadata}});
    rig.until_seen(member, "COMMIT", before + 1);
}

void note_committed(Rig& rig, const TopicPlace& place = t0) {
    rig.note(
        "committed " + place.topic + "-" + std::to_string(place.partition),
        rig.committed("g", place)
    );
}

void ft_1(Rig& rig) {
    Member& a = sole_member(rig);
    commit(rig, a, 5, times("a", 4096));
    commit(rig, a, 6, times("b", 4097));
    note_committed(rig);
}

void ft_2(Rig& rig) {
    Member& a = sole_member(rig);
    commit(rig, a, 5, times("\xE2\x82\xAC", 4096));
    note_committed(rig);
    commit(rig, a, 6, times("\xF0\x9F\x98\x80", 2048));
    note_committed(rig);
    commit(rig, a, 7, times("\xF0\x9F\x98\x80", 2049));
    note_committed(rig);
}

void ft_3(Rig& rig) {
    Member& a = sole_member(rig);
    commit(
        rig,
        a,
        5,
        "a\xFF"
        "b"
    );
    note_committed(rig);
    commit(rig, a, 6, "\xED\xA0\x80");
    note_committed(rig);
}

void ft_4(Rig& rig) {
    Member& a = sole_member(rig);
    a.commit({{t0, 7, times("a", 10)}, {t1, 7, times("a", 4097)}});
    rig.until_seen(a, "COMMIT");
    note_committed(rig, t0);
    note_committed(rig, t1);
}

void ft_5(Rig& rig) {
    rig.create_topic("wide", 120);
    Member& a = rig.add("A", {.topics = {"wide"}});
    rig.until_seen(a, "ASSIGN");
    for (const int count : {60, 120}) {
        std::vector<PlacedOffset> offsets;
        for (int partition = 0; partition < count; ++partition)
            offsets.push_back({{"wide", partition}, count, times("\xE2\x82\xAC", 4096)});
        const std::size_t before = a.seen().count("COMMIT");
        a.commit(offsets);
        rig.until_seen(a, "COMMIT", before + 1);
        note_committed(rig, {"wide", 0});
        note_committed(rig, {"wide", 119});
    }
}

void ft_6(Rig& rig) {
    rig.create_topic("t", 2);
    Member& a = rig.add("A", {.topics = {}});
    a.assign_by_hand({{t0, 0}});
    commit(rig, a, 3);
    note_committed(rig);
    rig.note("group", rig.group_state("g"));
}

void ft_7(Rig& rig) {
    Member& a = sole_member(rig);
    Member& b = rig.add("B", {.topics = {}});
    b.assign_by_hand({{t0, 0}});
    commit(rig, b, 3);
    rig.wait(1s);
    note_committed(rig);
    rig.note("group", rig.group_state("g"));
    rig.note("A saw", std::to_string(a.seen().lines.size()) + " lines");
}

void ft_8(Rig& rig) {
    Member& a = sole_member(rig);
    a.close();
    rig.until_seen(a, "CLOSED");
    Member& b = rig.add("B", {.topics = {}});
    b.assign_by_hand({{t0, 0}});
    commit(rig, b, 3);
    note_committed(rig);
}

void ft_10(Rig& rig) {
    Member& a = sole_member(rig);
    Member& b = rig.add("B", {});
    rig.until_seen(b, "ASSIGN t-1");
    rig.until_seen(a, "ASSIGN t-0");
    rig.wait(1s);
    a.freeze();
    rig.until_seen(b, "ASSIGN t-0 t-1");
    commit(rig, b, 9);
    a.commit({{t0, 3}});
    a.thaw();
    rig.until_seen(a, "COMMIT");
    rig.until_seen(a, "LOST");
    rig.until_seen(a, "ASSIGN", 3);
    note_committed(rig);
}

void ft_11(Rig& rig) {
    rig.create_topic("x", 1);
    Member& a = sole_member(rig);
    rig.delete_topic("x");
    rig.wait(1s);
    a.commit({{{"x", 0}, 1}});
    rig.until_seen(a, "COMMIT");
    a.commit({{{"x", 0}, 1}, {t0, 4}});
    rig.until_seen(a, "COMMIT", 2);
    note_committed(rig);
}

void ft_15(Rig& rig) {
    rig.create_topic("t", 1);
    rig.produce(t0, 20);
    for (const bool automatic : {false, true}) {
        const std::string group = automatic ? "auto" : "manual";
        const MemberSettings settings{
            .group = group, .stores_by_hand = true, .auto_commit = automatic};
        Member& a = rig.add("A-" + group, settings);
        rig.until_read(a, t0, 20);
        a.store({{t0, 10}});
        a.commit_stored();
        rig.until_seen(a, "COMMIT");
        a.store({{t0, 5}});
        a.commit_stored();
        rig.until_seen(a, "COMMIT", 2);
        a.close();
        rig.until_seen(a, "CLOSED");
        rig.note(group, rig.committed(group, t0));
    }
}

void ft_16(Rig& rig) {
    const MemberSettings settings{.stores_by_hand = true};
    Member& a = sole_member(rig, settings);
    Member& b = rig.add("B", settings);
    rig.until_seen(b, "ASSIGN t-1");
    rig.until_seen(a, "ASSIGN t-0", 2);
    a.store({{t1, 3}});
    a.store({{t0, 3}, {t1, 3}});
    a.store({{{"never", 0}, 3}});
    rig.until_seen(a, "STORE", 3);
}

void ft_12(Rig& rig) {
    rig.create_topic("t", 2);
    rig.produce(t0, 10);
    for (const std::string reset : {"earliest", "latest", "error"}) {
        const MemberSettings settings{.group = "g-" + reset, .reset = reset};
        Member& a = rig.add("A-" + reset, settings);
        rig.until_seen(a, "ASSIGN");
        if (reset == "earliest") rig.until_read(a, t0, 10);
        rig.wait(1s);
        commit(rig, a, 1'000'000);
        a.close();
        rig.until_seen(a, "CLOSED");
        Member& b = rig.add("B-" + reset, settings);
        rig.until_seen(b, "ASSIGN");
        if (reset == "error") rig.until_seen(b, "ERROR _AUTO_OFFSET_RESET");
        rig.wait(2s);
        b.close();
        rig.until_seen(b, "CLOSED");
    }
}

void ft_13(Rig& rig) {
    Member& a = sole_member(rig);
    rig.produce(t0, 10);
    rig.produce(t1, 10);
    rig.until_read(a, t0, 10);
    rig.until_read(a, t1, 10);
    a.answer_at_once(false);
    Member& b = rig.add("B", {});
    rig.until_seen(a, "REVOKE");
    a.commit({{t0, 5}, {t1, 6}});
    rig.until_seen(a, "COMMIT");
    a.answer_at_once(true);
    a.answer();
    rig.until_seen(b, "ASSIGN t-1");
    rig.until_seen(a, "ASSIGN t-0");
    rig.until_read(b, t1, 4);
    rig.until_read(a, t0, 15);
    rig.wait(1s);
}

// BM-208: the generation is asked for, the partition is not.
void od_1(Rig& rig) {
    Member& a = sole_member(rig);
    Member& b = rig.add("B", {});
    rig.until_seen(b, "ASSIGN t-1");
    rig.until_seen(a, "ASSIGN t-0");
    rig.wait(1s);
    commit(rig, a, 7);
    commit(rig, b, 3);
    note_committed(rig);
}

void od_2(Rig& rig) {
    Member& a = sole_member(rig);
    commit(rig, a, 100, "high");
    commit(rig, a, 20);
    note_committed(rig);
    commit(rig, a, 0, "zero");
    note_committed(rig);
}

// BM-207, 220.
void od_3(Rig& rig) {
    Member& a = sole_member(rig);
    a.answer_at_once(false);
    Member& b = rig.add("B", {});
    rig.until_seen(a, "REVOKE");
    rig.note("group", rig.group_state("g"));
    commit(rig, a, 5);
    note_committed(rig);
    a.answer_at_once(true);
    a.answer();
    rig.until_seen(b, "ASSIGN t-1");
}

void od_4(Rig& rig) {
    rig.create_topic("t", 2);
    Member& a = rig.add("A", {.group = "one"});
    Member& b = rig.add("B", {.group = "two"});
    rig.until_seen(a, "ASSIGN t-0 t-1");
    rig.until_seen(b, "ASSIGN t-0 t-1");
    commit(rig, a, 5, "of one");
    commit(rig, b, 8, "of two");
    rig.note("one", rig.committed("one", t0));
    rig.note("two", rig.committed("two", t0));
}

}  // namespace

std::vector<Case> commit_cases() {
    return {
        {"FT_1", "metadata_of_4096_characters_fits_and_one_more_does_not_BM_210", ft_1},
        {"FT_2", "the_metadata_limit_counts_utf16_units_BM_210", ft_2},
        {"FT_3", "malformed_utf8_becomes_replacement_characters_BM_212", ft_3},
        {"FT_4", "too_much_metadata_fails_its_own_partition_alone_BM_211", ft_4},
        {"FT_5", "a_commit_that_is_no_batch_fails_whole_BM_215", ft_5},
        {"FT_6", "a_group_without_members_takes_commits_BM_202", ft_6},
        {"FT_7", "a_stranger_cannot_commit_to_a_living_group_BM_206", ft_7},
        {"FT_8", "a_stranger_can_commit_to_an_empty_group_BM_204", ft_8},
        {"FT_10", "a_zombie_commits_in_vain_BM_223", ft_10},
        {"FT_11", "a_commit_for_a_deleted_topic_names_it_BM_200", ft_11},
        {"FT_15", "a_rewind_is_not_committed_but_at_the_end_BM_294", ft_15},
        {"FT_16", "only_what_is_assigned_can_be_stored_BM_230", ft_16},
        {"FT_12", "an_offset_beyond_the_log_is_stored_and_reset_BM_44", ft_12},
        {"FT_13", "a_commit_inside_the_revoke_holds_BM_220", ft_13},
        {"OD_1", "a_member_can_rewind_a_partition_of_another_BM_208", od_1},
        {"OD_2", "a_group_goes_back_when_told_to_BM_208", od_2},
        {"OD_3", "a_commit_while_the_group_prepares_is_stored_BM_207", od_3},
        {"OD_4", "groups_do_not_know_of_each_other", od_4},
    };
}

}  // namespace odradek::conformance
