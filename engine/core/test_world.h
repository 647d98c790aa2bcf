#pragma once

#include "odradek/types.h"

#include "engine/core/engine.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace odradek {

constexpr Instant at(Duration since_start) {
    return Instant{} + since_start;
}

/// A world of one member, played by hand: events in, effects kept for the test to look at.
class World {
public:
    explicit World(EngineOptions options = {}) : engine_(options, Instant{}) {}

    void send(const Event& event) {
        effects.clear();
        engine_.handle(event, now, effects);
        engine_.audit();
        for (const WorkItem& item : effects.work) {
            out.push_back(item);
        }
        released += effects.released.size();
    }

    void wait(Duration span) {
        now += span;
        send(TimePassed{});
    }

    /// Gives partition 0 in `epoch`, with nothing committed unless said.
    void assign(std::uint32_t epoch = 1, Offset committed = no_offset) {
        const AssignedPartition partition{PartitionIndex{0}, Epoch{epoch}};
        epoch_ = epoch;
        send(PartitionsAssigned{{partition}});
        send(CommittedFetched{{{.partition = partition, .next_to_read = committed}}});
    }

    void take_epoch(std::uint32_t epoch) { epoch_ = epoch; }

    /// Delivers records of partition 0; a key of "-" is null.
    void poll(std::int64_t offset, const std::vector<std::string>& keys) {
        std::vector<PolledRecord> records;
        for (const std::string& key : keys) {
            std::span<const std::byte> bytes;
            if (key != "-") bytes = std::as_bytes(std::span{keys_.emplace_back(key)});
            records.push_back(
                {.offset = Offset{offset++},
                 .handle = RecordHandle{++handle_},
                 .key = bytes,
                 .bytes = 10}
            );
        }
        send(RecordsPolled{{PartitionIndex{0}, Epoch{epoch_}}, records});
    }

    /// Answers the oldest work that is out, which must be of `offset`.
    void finish(
        std::int64_t offset,
        WorkResult result = WorkResult::done,
        std::optional<Duration> delay = {}
    ) {
        const auto found = std::ranges::find(out, Offset{offset}, &WorkItem::offset);
        ASSERT_NE(found, out.end()) << "offset " << offset << " is not out";
        const FinishedWork finished{
            .work = found->work,
            .result = result,
            .retry_delay = delay,
            .took = std::chrono::milliseconds{1}};
        out.erase(found);
        send(WorkFinished{.finished = {&finished, 1}, .reasons = {}});
    }

    /// Ends the completion token of a hand-over.
    void end_token(
        const WorkItem& item,
        TokenEnd end = TokenEnd::finished,
        WorkResult result = WorkResult::done
    ) {
        const FinishedToken token{
            .work = item.work,
            .partition = item.partition,
            .offset = item.offset,
            .end = end,
            .result = result};
        send(TokensFinished{.tokens = {&token, 1}, .reasons = {}});
    }

    /// The oldest hand-over of `offset` that is out.
    [[nodiscard]] WorkItem item(std::int64_t offset) const {
        return *std::ranges::find(out, Offset{offset}, &WorkItem::offset);
    }

    /// The first notice of this kind among the effects.
    [[nodiscard]] const Notice* notice(Notice::Kind kind) const {
        for (const Effect& effect : effects.others) {
            const auto* found = std::get_if<Notice>(&effect);
            if (found != nullptr && found->kind == kind) return found;
        }
        return nullptr;
    }

    [[nodiscard]] std::vector<std::int64_t> offsets_out() const {
        std::vector<std::int64_t> offsets;
        for (const WorkItem& item : out) {
            offsets.push_back(item.offset.value());
        }
        return offsets;
    }

    template <typename Wanted>
    [[nodiscard]] const Wanted* effect() const {
        for (const Effect& effect : effects.others) {
            if (const auto* wanted = std::get_if<Wanted>(&effect)) return wanted;
        }
        return nullptr;
    }

    void acknowledge_commit(std::optional<Error> error = {}) {
        const auto* commit = effect<CommitOffsets>();
        ASSERT_NE(commit, nullptr);
        CommitAnswered answer{.commit = commit->commit, .partitions = {}};
        if (!error) committed_ = commit->offsets.at(0).next_to_read.value();
        for (const OffsetToCommit& offset : commit->offsets) {
            answer.partitions.push_back({offset.partition, error});
        }
        send(answer);
    }

    [[nodiscard]] std::int64_t committing() const {
        const auto* commit = effect<CommitOffsets>();
        return commit == nullptr ? -1 : commit->offsets.at(0).next_to_read.value();
    }

    Engine engine_;
    Instant now{};
    Effects effects;
    std::deque<WorkItem> out;
    std::size_t released = 0;
    std::int64_t committed_ = -1;

private:
    std::deque<std::string> keys_;
    std::uint64_t handle_ = 0;
    std::uint32_t epoch_ = 0;
};

}  // namespace odradek
