// Whatever handlers, group and broker do: what must stay in order does, and nothing else waits for
// it (PC-1, PC-18, PC-22).

#include "property-tests/support/engine_driver.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace odradek {

namespace {

void check_order(const History& history) {
    Shapes seen;
    const auto broken =
        break_of(history, {Law::lane_order, Law::lane_overlap, Law::release, Law::attempts}, seen);
    RC_CLASSIFY(seen.run_returned_unstarted > 0, "run returned unstarted");
    RC_CLASSIFY(seen.not_done_inside_a_run > 0, "not done inside a run");
    RC_CLASSIFY(seen.reassigned_with_abandoned_work > 0, "assigned again with abandoned work");
    RC_CLASSIFY(seen.dead_letter_refused > 0, "dead letter refused");
    if (broken) RC_FAIL(*broken);
}

/// A batch is of one partition, in offset order and never too large; no lane is in two; nothing of
/// a lane counts before what is in front of it; and the end is reached (PC-6).
void check_batches(const History& history) {
    Shapes seen;
    const auto broken = break_of(
        history,
        {Law::lane_order, Law::lane_overlap, Law::release, Law::coverage, Law::ending},
        seen
    );
    RC_CLASSIFY(seen.batch_of_several_lanes > 0, "a batch of several lanes");
    RC_CLASSIFY(seen.not_done_inside_a_batch > 0, "not done inside a batch");
    RC_CLASSIFY(seen.reassigned_with_abandoned_work > 0, "assigned again with abandoned work");
    if (broken) RC_FAIL(*broken);
}

}  // namespace

RC_GTEST_PROP(Batches, PC6_keep_each_key_of_a_partition_in_order, ()) {
    check_batches(*any_history_of_batches(Ordering::key));
}

RC_GTEST_PROP(Batches, PC6_keep_whatever_order_is_asked_for, ()) {
    check_batches(*any_history_of_batches(std::nullopt));
}

RC_GTEST_PROP(Ordering, keeps_a_partition_in_order, ()) {
    check_order(*any_history(Ordering::partition));
}

RC_GTEST_PROP(Ordering, keeps_each_key_of_a_partition_in_order, ()) {
    check_order(*any_history(Ordering::key));
}

RC_GTEST_PROP(Ordering, keeps_each_lane_of_a_partition_in_order, ()) {
    check_order(*any_history(Ordering::virtual_partition));
}

RC_GTEST_PROP(Ordering, loses_nothing_where_nothing_is_ordered, ()) {
    const History history = *any_history(Ordering::unordered);
    Shapes seen;
    const auto broken =
        break_of(history, {Law::lane_overlap, Law::release, Law::coverage, Law::ending}, seen);
    if (broken) RC_FAIL(*broken);
}

RC_GTEST_PROP(Ordering, lets_nothing_wait_that_could_run, ()) {
    const History history = *any_history(std::nullopt);
    Shapes seen;
    const auto broken = break_of(history, {Law::idle, Law::retry}, seen);
    RC_CLASSIFY(seen.retried > 0, "retried");
    if (broken) RC_FAIL(*broken);
}

RC_GTEST_PROP(Ordering, keeps_workers_and_buffer_at_their_limits, ()) {
    const History history = *any_history(std::nullopt);
    Shapes seen;
    const auto broken = break_of(history, {Law::limits}, seen);
    RC_CLASSIFY(seen.paused_partition > 0, "partition paused");
    RC_CLASSIFY(seen.resumed_partition > 0, "partition resumed");
    RC_CLASSIFY(seen.budget_spent > 0, "buffer full");
    if (broken) RC_FAIL(*broken);
}

}  // namespace odradek
