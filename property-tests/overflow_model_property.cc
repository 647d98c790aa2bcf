// The limit of the offset map as a model beside the engine: any interleaving of polls, completions,
// failures, commits and restarts, with any limit. A plain set of finished offsets is the truth; the
// text always fits and says one real instant, and back pressure sets and releases where the rule
// says (PC-13, PC-15).

#include "engine/core/engine.h"
#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/map_room.h"
#include "engine/core/offsets/map_size.h"
#include "engine/core/offsets/metadata_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <rapidcheck/state.h>

namespace odradek {

namespace {

using namespace std::chrono_literals;

const AssignedPartition nobody{PartitionIndex{0}, Epoch{0}};

EngineOptions options_with(std::uint32_t limit, MapFormat format) {
    EngineOptions options{.ordering = Ordering::unordered, .concurrency_max = 100'000};
    options.run_max = 1;
    options.retry.delay = 50ms;
    options.commit = {.interval = 100ms, .offset_map = format, .metadata_chars_max = limit};
    options.buffer.pause_after = 20ms;
    return options;
}

/// The engine with one partition without gaps, and everything that happened to it.
class Limited {
public:
    Limited(std::uint32_t limit, MapFormat format)
        : options_(options_with(limit, format))
        , encoding_{.format = format, .units_max = limit} {
        start();
    }

    void poll(std::uint32_t count) {
        if (is_paused_) return;
        std::vector<PolledRecord> records;
        for (std::uint32_t at = 0; at < count; ++at) {
            const Offset offset{position_++};
            records.push_back({.offset = offset, .handle = RecordHandle{1}, .key = {}, .bytes = 1});
            if (!is_done(offset.value())) waiting_.insert(offset.value());
        }
        send(RecordsPolled{life_, records});
    }

    /// Handlers finish, each `stride`-th of those that run, up to `count`.
    void finish(std::uint32_t from, std::uint32_t count, std::uint32_t stride) {
        std::vector<WorkItem> left;
        std::vector<WorkItem> done;
        for (std::size_t at = 0; at < running_.size(); ++at) {
            const bool is_picked = at >= from && (at - from) % stride == 0 && done.size() < count;
            (is_picked ? done : left).push_back(running_[at]);
        }
        running_ = std::move(left);
        for (const WorkItem& item : done) {
            done_.insert(item.offset.value());
            const FinishedWork finished{.work = item.work, .took = 1ms};
            send(WorkFinished{.finished = {&finished, 1}, .reasons = {}});
        }
    }

    void fail(std::uint32_t which) {
        if (running_.empty()) return;
        const auto at = running_.begin() + static_cast<std::ptrdiff_t>(which % running_.size());
        const FinishedWork failed{.work = at->work, .result = WorkResult::retry, .took = 1ms};
        held_.insert(at->offset.value());
        running_.erase(at);
        send(WorkFinished{.finished = {&failed, 1}, .reasons = {}});
    }

    void wait(Duration span) {
        now_ += span;
        send(TimePassed{});
        if (span >= options_.retry.delay) {
            check(held_.empty(), "what has failed runs again, whatever room there is");
        }
    }

    void answer(bool is_stored) {
        if (!commit_) return;
        CommitAnswered answered{.commit = commit_->commit, .partitions = {{life_, {}}}};
        if (is_stored) {
            stored_ = commit_->offsets[0];
        } else {
            answered.partitions[0].error = Error{Errc::commit_refused, "refused", ""};
        }
        commit_.reset();
        send(answered);
    }

    /// The process dies: what the group has stored is all that is left.
    void restart() {
        commit_.reset();
        running_.clear();
        waiting_.clear();
        held_.clear();
        done_ = covered_by(stored_);
        start();
    }

    /// All handlers end, all is answered: nothing may be left.
    void end() {
        for (int step = 0; step < 10'000 && (stored_base() < position_ || commit_); ++step) {
            finish(0, 1'000, 1);
            answer(true);
            wait(100ms);
        }
        check(stored_base() >= position_, "when the blockers end all is processed and committed");
        check(engine_->waiting() + engine_->in_flight() == 0, "and nothing is left over");
    }

    struct Seen {
        bool has_waited = false;
        bool has_paused = false;
        bool has_resumed = false;
    };
    Seen seen;

private:
    static void check(bool holds, const char* law) {
        if (!holds) RC_FAIL(law);
    }

    void start() {
        engine_ = std::make_unique<Engine>(options_, now_);
        life_ = {PartitionIndex{0}, Epoch{life_.epoch.value() + 1}};
        is_paused_ = false;
        over_since_.reset();
        position_ = stored_base();
        send(PartitionsAssigned{{life_}});
        send(CommittedFetched{
            {{.partition = life_, .next_to_read = Offset{position_}, .metadata = stored_.metadata}}}
        );
    }

    void send(const Event& event) {
        Effects effects;
        engine_->handle(event, now_, effects);
        engine_->audit();
        for (const WorkItem& item : effects.work) {
            const std::int64_t offset = item.offset.value();
            check(waiting_.erase(offset) + held_.erase(offset) == 1, "a done record runs again");
            running_.push_back(item);
        }
        for (const Effect& effect : effects.others) {
            if (const auto* commit = std::get_if<CommitOffsets>(&effect)) take(*commit);
            if (const auto* notice = std::get_if<Notice>(&effect)) {
                check(notice->kind != Notice::Kind::map_cut, "no map is dropped or cut");
            }
            if (std::holds_alternative<PausePartitions>(effect)) {
                check(is_nearly_full(), "a partition is paused only near its limit");
                is_paused_ = seen.has_paused = true;
            }
            if (std::holds_alternative<ResumePartitions>(effect)) {
                is_paused_ = false;
                seen.has_resumed = true;
            }
        }
        check_rules();
    }

    void take(const CommitOffsets& commit) {
        check(!commit_, "one commit at a time");
        const OffsetToCommit& offset = commit.offsets[0];
        check(count_units(offset.metadata) <= encoding_.units_max, "the text fits");
        const auto decoded = decode(offset.metadata, offset.next_to_read, std::nullopt);
        check(decoded.has_value(), "the text can be read");
        check(decoded->map == truth(), "the text says this instant, no more and no less");
        commit_ = commit;
    }

    /// Every record up to its safe span runs; whatever subset of those that run is done next, its
    /// map fits; and reading stops and goes on where three quarters of the limit are.
    void check_rules() {
        const std::int64_t base = truth().next_to_read.value();
        if (!waiting_.empty()) {
            seen.has_waited = true;
            const std::int64_t first = *waiting_.begin();
            check(first != base, "the record at the committed offset may always run");
            const std::int64_t reach = std::max(first + 1, started_end());
            check(reach > base + MapRoom::safe_span(encoding_), "nothing waits that surely fits");
        }
        OffsetMap worst = map_with(2);
        check(encode(worst, encoding_).has_value(), "every second of those that run fits");
        worst = map_with(3);
        check(encode(worst, encoding_).has_value(), "every third of those that run fits");

        check(!is_paused_ || is_nearly_full(), "it is read again as soon as there is room");
        if (waiting_.empty() || !is_nearly_full() || is_paused_) {
            over_since_.reset();
        } else if (!over_since_) {
            over_since_ = now_;
        } else {
            check(now_ < *over_since_ + options_.buffer.pause_after, "it is paused when full");
        }
    }

    [[nodiscard]] bool is_nearly_full() const {
        return !MapSize{truth(), encoding_}.has_room_to_read();
    }

    [[nodiscard]] OffsetMap truth() const { return map_with(0); }

    /// The map if each `stride`-th of those that run were done now; 0: none of them.
    [[nodiscard]] OffsetMap map_with(std::size_t stride) const {
        std::vector<OffsetRange> ranges;
        for (const std::int64_t offset : done_) {
            ranges.push_back({Offset{offset}, Offset{offset + 1}});
        }
        for (std::size_t at = 0; stride > 0 && at < running_.size(); at += stride) {
            ranges.push_back({running_[at].offset, next(running_[at].offset)});
        }
        return make_offset_map(Offset{0}, std::move(ranges));
    }

    [[nodiscard]] std::int64_t started_end() const {
        std::int64_t end = done_.empty() ? 0 : *done_.rbegin() + 1;
        for (const WorkItem& item : running_) {
            end = std::max(end, item.offset.value() + 1);
        }
        return held_.empty() ? end : std::max(end, *held_.rbegin() + 1);
    }

    [[nodiscard]] bool is_done(std::int64_t offset) const { return done_.contains(offset); }

    [[nodiscard]] std::int64_t stored_base() const {
        return std::max<std::int64_t>(stored_.next_to_read.value(), 0);
    }

    [[nodiscard]] static std::set<std::int64_t> covered_by(const OffsetToCommit& stored) {
        std::set<std::int64_t> covered;
        const Offset base = std::max(stored.next_to_read, Offset{0});
        for (std::int64_t offset = 0; offset < base.value(); ++offset) {
            covered.insert(offset);
        }
        const auto decoded = decode(stored.metadata, base, std::nullopt);
        for (const OffsetRange& range : decoded->map.completed) {
            for (Offset offset = range.begin; offset < range.end; offset = next(offset)) {
                covered.insert(offset.value());
            }
        }
        return covered;
    }

    EngineOptions options_;
    EncodeOptions encoding_;
    std::unique_ptr<Engine> engine_;
    Instant now_{};
    AssignedPartition life_ = nobody;
    std::int64_t position_ = 0;
    std::set<std::int64_t> done_;
    std::set<std::int64_t> waiting_;  // delivered, never started
    std::set<std::int64_t> held_;     // failed, to run again
    std::vector<WorkItem> running_;
    OffsetToCommit stored_{.partition = nobody, .next_to_read = no_offset, .metadata = {}};
    std::optional<CommitOffsets> commit_;
    bool is_paused_ = false;
    std::optional<Instant> over_since_;
};

/// What the commands agree on; the truth is beside the engine, in Limited.
struct Model {
    int restarts = 0;
};

using Step = rc::state::Command<Model, Limited>;

struct Poll final : Step {
    std::uint32_t count = *rc::gen::inRange(1U, 250U);
    void run(const Model& /*model*/, Limited& limited) const override { limited.poll(count); }
    void show(std::ostream& out) const override { out << "poll " << count; }
};

struct Done final : Step {
    std::uint32_t from = *rc::gen::inRange(0U, 30U);
    std::uint32_t count = *rc::gen::inRange(1U, 300U);
    std::uint32_t stride = *rc::gen::element(1U, 2U, 2U, 3U, 7U);
    void run(const Model& /*model*/, Limited& limited) const override {
        limited.finish(from, count, stride);
    }
    void show(std::ostream& out) const override {
        out << count << " handlers from number " << from << " are done, each " << stride << ". one";
    }
};

struct Fail final : Step {
    std::uint32_t which = *rc::gen::inRange(0U, 1'000U);
    void run(const Model& /*model*/, Limited& limited) const override { limited.fail(which); }
    void show(std::ostream& out) const override { out << "handler " << which << " asks to retry"; }
};

struct Wait final : Step {
    std::uint32_t milliseconds = *rc::gen::element(5U, 20U, 50U, 120U);
    void run(const Model& /*model*/, Limited& limited) const override {
        limited.wait(milliseconds * 1ms);
    }
    void show(std::ostream& out) const override { out << milliseconds << " ms pass"; }
};

struct Answer final : Step {
    bool is_stored = *rc::gen::weightedElement<bool>({{4, true}, {1, false}});
    void run(const Model& /*model*/, Limited& limited) const override { limited.answer(is_stored); }
    void show(std::ostream& out) const override {
        out << "the commit is " << (is_stored ? "stored" : "refused");
    }
};

struct Restart final : Step {
    void checkPreconditions(const Model& model) const override { RC_PRE(model.restarts < 4); }
    void apply(Model& model) const override { ++model.restarts; }
    void run(const Model& /*model*/, Limited& limited) const override { limited.restart(); }
    void show(std::ostream& out) const override { out << "the process dies and starts again"; }
};

}  // namespace

RC_GTEST_PROP(OverflowModel, PC15_fits_and_says_the_truth_in_any_interleaving, ()) {
    const auto limit = *rc::gen::element(40U, 48U, 64U, 100U);
    const bool is_confluent = *rc::gen::arbitrary<bool>();
    Limited limited{limit, is_confluent ? MapFormat::confluent : MapFormat::odradek};
    rc::state::check(
        Model{},
        limited,
        rc::state::gen::
            execOneOfWithArgs<Poll, Poll, Done, Done, Done, Fail, Wait, Wait, Answer, Restart>()
    );
    limited.end();
    RC_CLASSIFY(limited.seen.has_waited, "a record waited for room");
    RC_CLASSIFY(limited.seen.has_paused, "paused");
    RC_CLASSIFY(limited.seen.has_resumed, "resumed");
}

}  // namespace odradek
