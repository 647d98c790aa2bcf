// Progress beside a set of offsets that is plainly right (PC-13, PC-16).

#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/progress.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace odradek {

namespace {

/// What one offset goes through in an assignment.
struct Step {
    std::int64_t skipped = 0;             ///< holes before the next record delivered
    std::vector<std::uint32_t> finished;  ///< then these finish, counted among the unfinished ones
};

std::vector<Step> any_steps() {
    return *rc::gen::container<std::vector<Step>>(rc::gen::build<Step>(
        rc::gen::set(
            &Step::skipped,
            rc::gen::weightedOneOf<std::int64_t>(
                {{8, rc::gen::just<std::int64_t>(0)},
                 {2, rc::gen::inRange<std::int64_t>(1, 6)},
                 {1, rc::gen::inRange<std::int64_t>(4'000, 9'000)}}
            )
        ),
        rc::gen::set(
            &Step::finished,
            rc::gen::scale(
                0.05, rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(0U, 50U))
            )
        )
    ));
}

OffsetMap any_map() {
    const Offset base{*rc::gen::inRange<std::int64_t>(0, 5'000)};
    std::vector<RunPair> runs;
    const auto lengths = *rc::gen::container<std::vector<std::pair<std::int64_t, std::int64_t>>>(
        rc::gen::pair(rc::gen::inRange<std::int64_t>(1, 8), rc::gen::inRange<std::int64_t>(1, 8))
    );
    for (const auto& [open, done] : lengths) {
        runs.push_back({open, done});
    }
    return map_of(base, runs);
}

bool is_done_in(const OffsetMap& map, std::int64_t offset) {
    return offset < map.next_to_read.value() ||
           std::ranges::any_of(map.completed, [&](const OffsetRange& range) {
               return range.contains(Offset{offset});
           });
}

/// The truth: which offsets are open. All others below `end` count as done.
class Model {
public:
    explicit Model(const OffsetMap& map) : loaded_(map), end_(map.next_to_read.value()) {}

    void deliver(std::int64_t offset) {
        if (!is_done_in(loaded_, offset)) open_.insert(offset);
        end_ = offset + 1;
    }
    void finish(std::int64_t offset) { open_.erase(offset); }

    [[nodiscard]] bool is_done(std::int64_t offset) const {
        return offset < end_ ? !open_.contains(offset) : is_done_in(loaded_, offset);
    }
    [[nodiscard]] std::int64_t next_to_read() const {
        std::int64_t offset = open_.empty() ? end_ : *open_.begin();
        while (is_done(offset)) {
            ++offset;
        }
        return offset;
    }
    [[nodiscard]] const std::set<std::int64_t>& open() const { return open_; }
    [[nodiscard]] std::int64_t end() const { return end_; }

private:
    OffsetMap loaded_;
    std::int64_t end_;
    std::set<std::int64_t> open_;
};

void check(const Progress& progress, const Model& model) {
    const OffsetMap map = progress.snapshot();
    RC_ASSERT(is_valid(map));
    RC_ASSERT(map.next_to_read.value() == model.next_to_read());
    RC_ASSERT(progress.next_to_read() == map.next_to_read);
    RC_ASSERT(progress.unfinished() == model.open().size());
    for (const std::int64_t offset : model.open()) {
        RC_ASSERT(progress.is_unfinished(Offset{offset}));
        RC_ASSERT(!is_done_in(map, offset));
    }
    // Done in the map and done in truth are the same, but that a hole above all that is finished
    // may stay out of the map: nobody is there to be run again.
    for (const OffsetRange& range : map.completed) {
        for (std::int64_t offset = range.begin.value(); offset < range.end.value(); ++offset) {
            RC_ASSERT(model.is_done(offset));
        }
    }
}

}  // namespace

RC_GTEST_PROP(Progress, says_what_a_set_of_offsets_says_with_holes_and_a_loaded_map, ()) {
    const OffsetMap loaded = any_map();
    Progress progress{loaded};
    Model model{loaded};
    check(progress, model);
    std::set<std::int64_t> finished;
    bool has_holes = false;
    bool has_known = false;
    for (const Step& step : any_steps()) {
        const std::int64_t offset = model.end() + step.skipped;
        has_holes = has_holes || step.skipped > 0;
        const bool is_known = is_done_in(loaded, offset);
        has_known = has_known || is_known;
        RC_ASSERT(
            progress.admit(Offset{offset}) ==
            (is_known ? Progress::Admission::done_before : Progress::Admission::take)
        );
        model.deliver(offset);
        RC_ASSERT(progress.admit(Offset{offset}) == Progress::Admission::redelivered);
        for (const std::uint32_t choice : step.finished) {
            if (model.open().empty()) break;
            const auto at = std::next(
                model.open().begin(), static_cast<std::ptrdiff_t>(choice % model.open().size())
            );
            const std::int64_t done = *at;
            const std::uint64_t version = progress.version();
            RC_ASSERT(progress.finish(Offset{done}));
            RC_ASSERT(!progress.finish(Offset{done}));
            RC_ASSERT(progress.version() == version + 1);
            model.finish(done);
            finished.insert(done);
        }
        check(progress, model);
        const OffsetMap map = progress.snapshot();
        for (const std::int64_t done : finished) {
            RC_ASSERT(is_done_in(map, done));
        }
    }
    RC_CLASSIFY(has_holes, "holes");
    RC_CLASSIFY(has_known, "delivered again though done before");
    RC_CLASSIFY(!loaded.completed.empty(), "map loaded");
}

RC_GTEST_PROP(Progress, hands_its_map_through_any_number_of_assignments, ()) {
    OffsetMap map{.next_to_read = Offset{*rc::gen::inRange<std::int64_t>(0, 100)}, .completed = {}};
    std::set<std::int64_t> finished;
    const int lives = *rc::gen::inRange(1, 5);
    for (int life = 0; life < lives; ++life) {
        Progress progress{map};
        std::vector<std::int64_t> open;
        const std::int64_t start = progress.next_to_read().value();
        const std::int64_t records = *rc::gen::inRange<std::int64_t>(0, 60);
        for (std::int64_t offset = start; offset < start + records; ++offset) {
            const bool is_taken = progress.admit(Offset{offset}) == Progress::Admission::take;
            RC_ASSERT(is_taken != finished.contains(offset));
            if (is_taken) open.push_back(offset);
        }
        for (const std::int64_t offset : open) {
            if (*rc::gen::arbitrary<bool>()) continue;
            RC_ASSERT(progress.finish(Offset{offset}));
            finished.insert(offset);
        }
        const OffsetMap before = progress.snapshot();
        const auto text = encode(before, {});
        RC_ASSERT(text.has_value());
        const auto decoded = decode(*text, before.next_to_read, std::nullopt);
        RC_ASSERT(decoded.has_value());
        RC_ASSERT(decoded->map == before);
        map = decoded->map;
    }
    RC_CLASSIFY(lives > 2, "three lives or more");
    RC_CLASSIFY(!map.completed.empty(), "ends with a map");
}

}  // namespace odradek
