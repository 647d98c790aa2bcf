#include "simulator/client/metadata.h"

#include <algorithm>
#include <regex>
#include <utility>
#include <variant>

namespace odradek::sim {
namespace {

constexpr Duration ask_again_after = std::chrono::milliseconds{100};  // retry.backoff.ms

}  // namespace

Metadata::Metadata(const ClientContext& context)
    : context_(context)
    , channels_(context)
    , next_to_ask_(context.member % context.cluster.broker_count()) {}

void Metadata::start() {
    refresh_later();
}

void Metadata::refresh_later() {
    context_.after(context_.options.metadata_refresh, [this] {
        refresh({});
        refresh_later();
    });
}

void Metadata::refresh(std::function<void()> then) {
    if (then) waiting_.push_back(std::move(then));
    if (!asking_) ask();
}

void Metadata::ask() {
    asking_ = true;
    const BrokerNumber broker = next_to_ask_;
    next_to_ask_ = (next_to_ask_ + 1) % context_.cluster.broker_count();
    channels_.to(broker).call(
        MetadataRequest{context_.topics, !context_.pattern.empty()},
        context_.of_own_clock(context_.options.request_timeout),
        [this](Answer answer) { asked(std::move(answer)); }
    );
}

void Metadata::asked(Answer answer) {
    if (!answer.has_value()) {
        context_.after(ask_again_after, [this] { ask(); });
        return;
    }
    asking_ = false;
    auto& fresh = std::get<MetadataResponse>(*answer).partitions;
    std::erase_if(fresh, [this](const PartitionLeader& each) { return !is_wanted(each); });
    if (!std::ranges::equal(
            fresh, partitions_, {}, &PartitionLeader::partition, &PartitionLeader::partition
        )) {
        ++partitions_version_;
    }
    partitions_ = std::move(fresh);
    std::ranges::fill(leaders_, no_broker);
    for (const PartitionLeader& each : partitions_) {
        const std::size_t number = each.partition.value();
        if (leaders_.size() <= number) leaders_.resize(number + 1, no_broker);
        leaders_[number] = each.leader;
    }
    if (changed_) changed_();
    for (const auto& then : std::exchange(waiting_, {}))
        then();
}

bool Metadata::is_wanted(const PartitionLeader& each) const {
    if (context_.pattern.empty()) return true;
    const std::regex pattern{context_.pattern, std::regex::extended};
    return std::regex_search(context_.cluster.topic_name(each.topic), pattern);
}

std::vector<std::int32_t> Metadata::topics() const {
    if (context_.pattern.empty()) return context_.topics;
    std::vector<std::int32_t> matching;
    for (const PartitionLeader& each : partitions_) {
        if (matching.empty() || matching.back() != each.topic) matching.push_back(each.topic);
    }
    return matching;
}

BrokerNumber Metadata::leader_of(PartitionNumber partition) const {
    return partition.value() < leaders_.size() ? leaders_[partition.value()] : no_broker;
}

}  // namespace odradek::sim
