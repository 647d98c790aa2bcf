// Whatever handlers, group and broker do: what must stay in order does, and nothing else waits for
// it (PC-1, PC-18, PC-22).

#include "property-tests/support/engine_driver.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace odradek {

namespace {

void check_order(const History& history) {
    EngineDriver driver{history};
    driver.play();
    const Shapes seen = driver.shapes();
    driver.finish();
    RC_CLASSIFY(seen.run_returned_unstarted > 0, "run returned unstarted");
    RC_CLASSIFY(seen.not_done_inside_a_run > 0, "not done inside a run");
    RC_CLASSIFY(seen.reassigned_with_abandoned_work > 0, "assigned again with abandoned work");
    RC_CLASSIFY(seen.dead_letter_refused > 0, "dead letter refused");
    const auto broken = driver.ledger().first_broken(
        {Law::lane_order, Law::lane_overlap, Law::release, Law::contract}
    );
    if (broken) RC_FAIL(*broken);
}

}  // namespace

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
    EngineDriver driver{history};
    driver.play();
    driver.finish();
    const auto broken = driver.ledger().first_broken(
        {Law::lane_overlap, Law::release, Law::contract, Law::coverage, Law::ending}
    );
    if (broken) RC_FAIL(*broken);
}

}  // namespace odradek
