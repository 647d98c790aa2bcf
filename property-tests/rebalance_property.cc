// Partitions come, go, get lost and come back; commits are late, refused and of unknown fate; the
// process closes and starts again. What is committed is always true (PC-9, PC-13, PC-22, PC-23).

#include "property-tests/support/engine_driver.h"

#include <cstdio>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace odradek {

namespace {

void check_laws(const std::set<Law>& laws) {
    const History history = *any_history(std::nullopt);
    Shapes seen;
    const auto broken = break_of(history, laws, seen);
    RC_CLASSIFY(seen.revoke_with_work_out > 0, "revoke with work out");
    RC_CLASSIFY(seen.lost_with_work_out > 0, "lost with work out");
    RC_CLASSIFY(seen.reassigned_with_abandoned_work > 0, "assigned again with abandoned work");
    RC_CLASSIFY(seen.map_loaded > 0, "map loaded");
    RC_CLASSIFY(seen.commit_not_stored > 0, "commit not stored");
    RC_CLASSIFY(seen.commit_answer_lost > 0, "commit stored and its answer lost");
    RC_CLASSIFY(seen.handed_over_cleanly > 0, "handed over cleanly");
    RC_CLASSIFY(seen.restarts > 0, "process restarted");
    if (broken) RC_FAIL(*broken);
}

}  // namespace

RC_GTEST_PROP(Rebalance, lets_only_an_owner_commit_and_one_request_at_a_time, ()) {
    check_laws({Law::owner});
}

RC_GTEST_PROP(Rebalance, never_commits_or_maps_away_what_is_not_processed, ()) {
    check_laws({Law::coverage, Law::backwards});
}

RC_GTEST_PROP(Rebalance, replays_nothing_that_a_stored_commit_covers, ()) {
    check_laws({Law::replay});
}

RC_GTEST_PROP(Rebalance, hands_over_cleanly_and_within_its_bounds, ()) {
    check_laws({Law::handover});
}

RC_GTEST_PROP(Rebalance, loses_nothing_once_the_churn_stops, ()) {
    check_laws({Law::ending});
}

RC_GTEST_PROP(Rebalance, gives_every_record_back_once, ()) {
    check_laws({Law::release});
}

// A law that never sees its rare case says nothing: each shape must come up in these histories.
TEST(Histories, reach_every_rare_shape) {
    std::map<std::string, int> reached;
    constexpr int histories = 1'000;
    for (int number = 0; number < histories; ++number) {
        const History history = any_history(std::nullopt)(
                                    rc::Random(static_cast<std::uint64_t>(number)), 1 + number % 100
        )
                                    .value();
        EngineDriver driver{history};
        driver.play();
        const Shapes seen = driver.shapes();
        const auto note = [&](const char* shape, int times) {
            reached[shape] += times > 0 ? 1 : 0;
        };
        note("revoke with work out", seen.revoke_with_work_out);
        note("run returned unstarted", seen.run_returned_unstarted);
        note("not done inside a run", seen.not_done_inside_a_run);
        note("assigned again with abandoned work", seen.reassigned_with_abandoned_work);
        note("lost with work out", seen.lost_with_work_out);
        note("map loaded", seen.map_loaded);
        note("commit not stored", seen.commit_not_stored);
        note("commit stored and its answer lost", seen.commit_answer_lost);
        note("dead letter refused", seen.dead_letter_refused);
        note("process restarted", seen.restarts);
        note("handed over cleanly", seen.handed_over_cleanly);
        note("partition paused", seen.paused_partition);
        note("partition resumed", seen.resumed_partition);
        note("buffer full", seen.budget_spent);
        note("retried", seen.retried);
    }
    EXPECT_EQ(reached.size(), 15U);
    for (const auto& [shape, times] : reached) {
        EXPECT_GE(times, histories / 100) << shape;
        std::printf("%5.1f %%  %s\n", 100.0 * times / histories, shape.c_str());
    }
}

}  // namespace odradek
