// Partitions come, go, get lost and come back; commits are late, refused and of unknown fate; the
// process closes and starts again. What is committed is always true (PC-9, PC-13, PC-22, PC-23).

#include "property-tests/support/engine_driver.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace odradek {

namespace {

std::optional<std::string> broken_by(const History& history, std::set<Law> laws) {
    EngineDriver driver{history};
    driver.play();
    const Shapes seen = driver.shapes();
    driver.finish();
    RC_CLASSIFY(seen.revoke_with_work_out > 0, "revoke with work out");
    RC_CLASSIFY(seen.lost_with_work_out > 0, "lost with work out");
    RC_CLASSIFY(seen.reassigned_with_abandoned_work > 0, "assigned again with abandoned work");
    RC_CLASSIFY(seen.map_loaded > 0, "map loaded");
    RC_CLASSIFY(seen.commit_not_stored > 0, "commit not stored");
    RC_CLASSIFY(seen.restarts > 0, "process restarted");
    laws.insert(Law::contract);
    return driver.ledger().first_broken(std::move(laws));
}

}  // namespace

RC_GTEST_PROP(Rebalance, lets_only_an_owner_commit_and_one_request_at_a_time, ()) {
    const History history = *any_history(std::nullopt);
    if (const auto broken = broken_by(history, {Law::owner})) RC_FAIL(*broken);
}

RC_GTEST_PROP(Rebalance, never_commits_or_maps_away_what_is_not_processed, ()) {
    const History history = *any_history(std::nullopt);
    if (const auto broken = broken_by(history, {Law::coverage, Law::backwards})) RC_FAIL(*broken);
}

RC_GTEST_PROP(Rebalance, loses_nothing_once_the_churn_stops, ()) {
    const History history = *any_history(std::nullopt);
    if (const auto broken = broken_by(history, {Law::ending})) RC_FAIL(*broken);
}

RC_GTEST_PROP(Rebalance, gives_every_record_back_once, ()) {
    const History history = *any_history(std::nullopt);
    if (const auto broken = broken_by(history, {Law::release})) RC_FAIL(*broken);
}

}  // namespace odradek
