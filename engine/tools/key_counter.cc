#include "engine/tools/key_counter.h"

#include "odradek/contract.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <utility>

namespace odradek {

namespace {

constexpr std::size_t partition_bytes = sizeof(std::int32_t);

}  // namespace

std::uint64_t KeyCensus::keyless_weight() const {
    std::uint64_t sum = 0;
    for (const auto& [partition, some] : keyless) {
        sum += some;
    }
    return sum;
}

KeyCounter::KeyCounter(KeyCounterOptions options, LoadSink* sink)
    : options_(options)
    , sink_(sink)
    , table_(options.exact_keys_max + 1) {
    expects(options.exact_keys_max > 0);
}

void KeyCounter::add(std::span<const KeyRecord> records) {
    while (!records.empty()) {
        const std::size_t count = std::min(block, records.size());
        add_block(records.first(count));
        records = records.subspan(count);
    }
}

/// Two passes, so that the table's cache misses overlap.
void KeyCounter::add_block(std::span<const KeyRecord> records) {
    std::array<std::string_view, block> forms;
    std::array<std::uint64_t, block> hashes;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const KeyRecord& record = records[i];
        forms[i] = record.key;
        if (record.partition >= 0) {
            has_partitions_ = true;
            std::string& form = forms_[i];
            form.resize(partition_bytes);
            std::memcpy(form.data(), &record.partition, partition_bytes);
            form.append(record.key);
            forms[i] = form;
        }
        hashes[i] = table_hash(forms[i]);
        (heavy_ ? *pending_ : table_).prefetch(hashes[i]);
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        const KeyRecord& record = records[i];
        ++rows_;
        weight_ += record.weight;
        if (record.has_key) {
            add_one(forms[i], hashes[i], record.weight);
        } else {
            keyless_[record.partition] += record.weight;
        }
    }
}

CountedKey KeyCounter::counted_key(std::string_view form, std::uint64_t weight) const {
    CountedKey key{.key = form, .partition = -1, .weight = weight};
    if (has_partitions_) {
        std::memcpy(&key.partition, form.data(), partition_bytes);
        key.key.remove_prefix(partition_bytes);
    }
    return key;
}

void KeyCounter::add_one(std::string_view form, std::uint64_t hash, std::uint64_t weight) {
    if (!heavy_) {
        table_.add(form, hash, weight);
        if (table_.size() > options_.exact_keys_max) outgrow();
        return;
    }
    pending_->add(form, hash, weight);
    if (pending_->size() == pending_max) flush();
}

/// Hands what was counted so far to the sketch and the sink.
void KeyCounter::outgrow() {
    std::vector<std::uint64_t> weights;
    weights.reserve(table_.size());
    table_.for_each([&](std::string_view form, std::uint64_t weight) {
        weights.push_back(weight);
        if (sink_ != nullptr) sink_->add(counted_key(form, weight));
    });
    heavy_.emplace(options_.heavy_keys);
    pending_.emplace(pending_max);
    std::uint64_t left_out = 0;
    if (weights.size() > options_.heavy_keys) {
        const auto first_out = weights.begin() + static_cast<std::ptrdiff_t>(options_.heavy_keys);
        std::ranges::nth_element(weights, first_out, std::greater<>{});
        left_out = *first_out;
    }
    table_.for_each([&](std::string_view form, std::uint64_t weight) {
        if (weight > left_out) batch_.push_back({form, table_hash(form), weight});
    });
    heavy_->add(batch_);
    heavy_->admit_left_out(left_out);
    halve_sample();
}

void KeyCounter::halve_sample() {
    hash_end_ = hash_end_ == 0 ? 1ULL << 63U : hash_end_ / 2;
    keys_per_sampled_ *= 2;
    table_.keep_below(hash_end_);
}

/// Hands the pending keys to the sink, the sample and the sketch.
void KeyCounter::flush() {
    constexpr std::size_t ahead = 16;  // cache misses of the sample that overlap
    if (!heavy_) return;
    batch_.clear();
    pending_->for_each([&](std::string_view form, std::uint64_t weight) {
        batch_.push_back({form, table_hash(form), weight});
        if (sink_ != nullptr) sink_->add(counted_key(form, weight));
    });
    for (std::size_t at = 0; at < batch_.size(); ++at) {
        if (at + ahead < batch_.size() && batch_[at + ahead].hash < hash_end_) {
            table_.prefetch(batch_[at + ahead].hash);
        }
        const WeighedKey& key = batch_[at];
        if (key.hash >= hash_end_) continue;
        table_.add(key.key, key.hash, key.weight);
        if (table_.size() > options_.exact_keys_max) halve_sample();
    }
    heavy_->add(batch_);
    pending_->clear();
}

/// The counters that say more than their own error, and the heaviest sampled keys, whose weights
/// are exact.
void KeyCounter::add_heavy(KeyCensus& census, std::size_t sampled_count) const {
    census.heavy_error_max = heavy_->unseen_max();
    std::map<std::string, HeavyKey, std::less<>> keys;
    for (HeavyKey& key : heavy_->heaviest(options_.heavy_keys)) {
        if (key.weight - key.error / 2 <= census.heavy_error_max) continue;
        if (has_partitions_) key.key.erase(0, partition_bytes);
        keys.emplace(key.key, key);
    }
    const std::size_t sure = keys.size();
    for (const CountedKey& sampled : std::span{census.keys}.first(sampled_count)) {
        std::string name(sampled.key);
        keys.insert_or_assign(name, HeavyKey{.key = name, .weight = sampled.weight, .error = 0});
    }
    for (auto& [name, key] : keys) {
        census.heavy.push_back(std::move(key));
    }
    std::ranges::stable_sort(census.heavy, std::greater<>{}, &HeavyKey::weight);
    if (census.heavy.size() > options_.heavy_keys) census.heavy.resize(options_.heavy_keys);
    census.sure_heavy = std::min(sure, census.heavy.size());
}

KeyCensus KeyCounter::census() {
    flush();
    KeyCensus census{
        .rows = rows_,
        .weight = weight_,
        .keyless = keyless_,
        .keys = {},
        .keys_per_sampled = keys_per_sampled_,
        .heavy = {},
        .heavy_error_max = 0,
        .sure_heavy = 0};
    census.keys.reserve(table_.size());
    table_.for_each([&](std::string_view form, std::uint64_t weight) {
        census.keys.push_back(counted_key(form, weight));
    });
    const std::size_t kept = std::min(options_.heavy_keys, census.keys.size());
    const auto middle = census.keys.begin() + static_cast<std::ptrdiff_t>(kept);
    // Which of equally light keys come first does not matter, and comparing their bytes would cost
    // more than reading the file did.
    std::ranges::nth_element(census.keys, middle, std::greater<>{}, &CountedKey::weight);
    std::sort(census.keys.begin(), middle, [](const CountedKey& one, const CountedKey& other) {
        if (one.weight != other.weight) return one.weight > other.weight;
        if (one.key != other.key) return one.key < other.key;
        return one.partition < other.partition;
    });
    if (heavy_) {
        add_heavy(census, kept);
        return census;
    }
    census.sure_heavy = kept;
    for (const CountedKey& key : std::span{census.keys}.first(kept)) {
        census.heavy.push_back({.key = std::string(key.key), .weight = key.weight, .error = 0});
    }
    return census;
}

}  // namespace odradek
