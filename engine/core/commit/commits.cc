#include "engine/core/commit/commits.h"

#include "engine/core/offsets/codec.h"
#include "engine/core/offsets/metadata_text.h"
#include "engine/core/offsets/progress.h"

#include <algorithm>
#include <utility>

namespace odradek {

namespace {

/// Bytes of a commit's record beside its metadata: group, topic, numbers and framing, rounded up.
constexpr std::size_t record_overhead = 512;

/// The map's text. One that does not fit, inherited from a time with a larger limit, is cut from
/// above: what is cut off is replayed, never skipped.
std::string encode_to_fit(
    OffsetMap map, const EncodeOptions& encoding, PartitionIndex partition, Effects& effects
) {
    auto text = encode(map, encoding);
    if (text) return *std::move(text);
    std::size_t kept = map.completed.size();
    while (!text) {
        kept /= 2;
        map.completed.resize(kept);
        text = encode(map, encoding);
    }
    effects.others.emplace_back(Notice{
        .kind = Notice::Kind::map_cut,
        .partition = partition,
        .offset = map.next_to_read,
        .text = "the offset map does not fit; some finished records will be replayed"});
    return *std::move(text);
}

}  // namespace

Commits::Commits(const CommitOptions& options, const EncodeOptions& encoding, Instant start)
    : options_(options)
    , encoding_(encoding)
    , next_at_(start + options.interval) {}

bool Commits::is_urgent(PartitionIndex partition) const {
    return std::ranges::find(urgent_, partition) != urgent_.end();
}

void Commits::hurry(std::span<const PartitionIndex> partitions) {
    for (const PartitionIndex partition : partitions) {
        if (!is_urgent(partition)) urgent_.push_back(partition);
    }
}

void Commits::forget(PartitionIndex partition) {
    std::erase(urgent_, partition);
    if (!request_) return;
    std::erase_if(request_->sent, [&](const Sent& sent) {
        return sent.partition.partition == partition;
    });
}

bool Commits::is_settled(PartitionIndex partition, Assignment& assignment) const {
    if (request_) {
        const bool is_sent = std::ranges::any_of(request_->sent, [&](const Sent& sent) {
            return sent.partition.partition == partition;
        });
        if (is_sent) return false;
    }
    const OwnedPartition* owned = assignment.find(partition);
    return owned == nullptr || !owned->progress.is_dirty();
}

void Commits::plan(Assignment& assignment, Instant now, Effects& effects) {
    if (request_ && now >= request_->overdue_at) {
        // Not sent again: the client still tries, and an older commit that lands behind a newer one
        // would move the group back (broker-model BM-227).
        effects.others.emplace_back(Notice{
            .kind = Notice::Kind::commit_failed, .text = "not answered yet; waiting"});
        request_->overdue_at = now + options_.timeout;
    }
    const bool is_due = now >= next_at_ || is_round_unfinished_;
    if (now >= next_at_) next_at_ = now + options_.interval;
    if (request_ || (not_before_ && now < *not_before_)) {
        is_round_unfinished_ = is_due;
        return;
    }
    not_before_.reset();
    if (held_until_ && now >= *held_until_) held_until_.reset();
    const bool takes_all = is_due && !held_until_;
    is_round_unfinished_ = is_due && !takes_all;
    if (!takes_all && urgent_.empty()) return;

    CommitOffsets commit;
    Request request;
    std::size_t bytes = 0;
    for (const PartitionIndex partition : assignment.owned()) {
        const OwnedPartition& owned = *assignment.find(partition);
        if (!owned.progress.is_dirty() || !(takes_all || is_urgent(partition))) continue;
        if (bytes > request_bytes_) {
            is_round_unfinished_ = is_due;
            break;
        }
        const OffsetMap map = owned.progress.snapshot();
        const AssignedPartition identity = assignment.identity(partition);
        commit.offsets.push_back(
            {identity, map.next_to_read, encode_to_fit(map, encoding_, partition, effects)}
        );
        const std::string& text = commit.offsets.back().metadata;
        bytes += record_overhead + text.size();
        const auto units = static_cast<std::uint32_t>(count_units(text));
        request.sent.push_back({identity, owned.progress.version(), map.next_to_read, units});
    }
    if (commit.offsets.empty()) {
        urgent_.clear();
        return;
    }
    commit.commit = CommitId{++last_id_};
    request.id = commit.commit;
    request.bytes = bytes;
    request.overdue_at = now + options_.timeout;
    request_ = std::move(request);
    effects.others.emplace_back(std::move(commit));
}

void Commits::answered(
    const CommitAnswered& answer, Assignment& assignment, Instant now, Effects& effects
) {
    if (!request_ || request_->id != answer.commit) return;
    const Request request = std::move(*request_);
    request_.reset();
    shrink_if_too_large(answer, request);
    for (const CommittedPartition& answered : answer.partitions) {
        const auto sent = std::ranges::find(request.sent, answered.partition, &Sent::partition);
        if (sent == request.sent.end()) continue;
        OwnedPartition* owned = assignment.find(answered.partition);
        if (owned == nullptr) continue;
        if (!answered.error) {
            owned->progress.acknowledge(sent->version);
            owned->committed = sent->next_to_read;
            owned->committed_units = sent->units;
            if (!owned->progress.is_dirty()) std::erase(urgent_, answered.partition.partition);
            continue;
        }
        not_before_ = now + retry_delay;
        if (answered.error->code == Errc::commit_refused) held_until_ = now + refused_hold;
        is_round_unfinished_ = true;
        effects.others.emplace_back(Notice{
            .kind = Notice::Kind::commit_failed,
            .partition = answered.partition.partition,
            .text = to_string(*answered.error)});
    }
}

/// A request that is too large for the broker's log fails whole, with an error that says nothing
/// (BM-215): what is sent again is half as large. It stays so, as the broker's limit does.
void Commits::shrink_if_too_large(const CommitAnswered& answer, const Request& request) {
    const bool has_failed = std::ranges::all_of(answer.partitions, [](const auto& partition) {
        return partition.error && (partition.error->code == Errc::client_failed ||
                                   partition.error->code == Errc::commit_unknown);
    });
    if (!has_failed || answer.partitions.size() < 2) return;
    request_bytes_ = std::max(request_bytes_min, std::min(request_bytes_, request.bytes) / 2);
}

std::optional<Instant> Commits::next_deadline() const {
    if (request_) return request_->overdue_at;
    if (!urgent_.empty() && not_before_) return *not_before_;
    if (!is_round_unfinished_) return next_at_;
    if (held_until_) return std::max(*held_until_, not_before_.value_or(*held_until_));
    return not_before_.value_or(next_at_);
}

}  // namespace odradek
