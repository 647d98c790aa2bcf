// Whatever load comes, the buffer stays between its limits and moves the right way (PC-19).

#include "engine/core/intake/load_factor.h"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace odradek {

namespace {

struct Moment {
    std::uint16_t waiting = 0;
    std::uint8_t running = 0;
    std::uint8_t milliseconds = 0;  ///< since the one before
};

struct Bounds {
    std::uint32_t concurrency = 1;
    std::uint32_t initial = 1;
    std::uint32_t max = 1;
};

rc::Gen<Bounds> any_bounds() {
    return rc::gen::apply(
        [](std::uint32_t concurrency, std::uint32_t initial, std::uint32_t more) {
            return Bounds{1 + concurrency % 64, 1 + initial % 8, 1 + initial % 8 + more % 100};
        },
        rc::gen::arbitrary<std::uint32_t>(),
        rc::gen::arbitrary<std::uint32_t>(),
        rc::gen::arbitrary<std::uint32_t>()
    );
}

rc::Gen<std::vector<Moment>> any_load() {
    return rc::gen::container<std::vector<Moment>>(rc::gen::construct<Moment>(
        rc::gen::arbitrary<std::uint16_t>(),
        rc::gen::inRange<std::uint8_t>(0, 80),
        rc::gen::inRange<std::uint8_t>(0, 150)
    ));
}

/// Plays a load; `judge(before, after, was_idle)` at each change of the limit.
template <typename Judge>
void play(LoadFactor& factor, const Bounds& bounds, const std::vector<Moment>& load, Judge judge) {
    Instant now{std::chrono::seconds{1}};
    bool was_idle = false;  // since the limit was looked at last
    for (const Moment& moment : load) {
        now += std::chrono::milliseconds{moment.milliseconds};
        was_idle = was_idle || moment.running < bounds.concurrency;
        const std::size_t before = factor.records_max();
        factor.observe(moment.waiting, moment.running, now);
        if (factor.records_max() == before) continue;
        judge(before, factor.records_max(), was_idle);
        was_idle = false;
    }
}

/// One state for long, from `now` on.
void last(LoadFactor& factor, std::size_t waiting, std::size_t running, Instant& now) {
    for (int step = 0; step < 1'000; ++step) {
        now += LoadFactor::window;
        factor.observe(waiting, running, now);
    }
}

}  // namespace

RC_GTEST_PROP(PC19_LoadFactor, stays_between_its_limits, ()) {
    const Bounds bounds = *any_bounds();
    LoadFactor factor{bounds.concurrency, bounds.initial, bounds.max};
    int changes = 0;
    play(factor, bounds, *any_load(), [&](std::size_t, std::size_t after, bool) {
        ++changes;
        RC_ASSERT(after >= std::size_t{bounds.concurrency} * bounds.initial);
        RC_ASSERT(after <= std::size_t{bounds.concurrency} * bounds.max);
    });
    RC_CLASSIFY(changes > 0, "moved");
}

RC_GTEST_PROP(PC19_LoadFactor, never_grows_unless_a_handler_idled, ()) {
    const Bounds bounds = *any_bounds();
    LoadFactor factor{bounds.concurrency, bounds.initial, bounds.max};
    play(factor, bounds, *any_load(), [&](std::size_t before, std::size_t after, bool was_idle) {
        if (!was_idle) RC_ASSERT(after < before);
    });
}

RC_GTEST_PROP(PC19_LoadFactor, finds_both_ends_from_anywhere, ()) {
    const Bounds bounds = *any_bounds();
    LoadFactor factor{bounds.concurrency, bounds.initial, bounds.max};
    play(factor, bounds, *any_load(), [](std::size_t, std::size_t, bool) {});
    const std::size_t most = std::size_t{bounds.concurrency} * bounds.max;
    Instant now{std::chrono::hours{1}};
    last(factor, most, 0, now);
    RC_ASSERT(factor.records_max() == most);
    last(factor, most, bounds.concurrency, now);
    RC_ASSERT(factor.records_max() == std::size_t{bounds.concurrency} * bounds.initial);
}

}  // namespace odradek
