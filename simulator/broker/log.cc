#include "simulator/broker/log.h"

#include "odradek/contract.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace odradek::sim {

Log::Log(std::uint32_t batch_records_max) : batch_records_max_(batch_records_max) {
    expects(batch_records_max > 0 && batch_records_max <= records_per_chunk);
}

LogRecord* Log::place_for_record() {
    if (chunk_used_ == records_per_chunk) {
        record_chunks_.push_back(std::make_unique<LogRecord[]>(records_per_chunk));
        chunk_used_ = 0;
        seal();  // the records of a batch lie side by side
    }
    return &record_chunks_.back()[chunk_used_++];
}

const std::byte* Log::store_key(std::string_view key) {
    static constexpr std::byte empty_key{};
    if (key.empty()) return &empty_key;
    if (key_chunk_used_ + key.size() > key_bytes_per_chunk) {
        key_chunks_.push_back(
            std::make_unique<std::byte[]>(std::max(key_bytes_per_chunk, key.size()))
        );
        key_chunk_used_ = 0;
    }
    std::byte* const place = key_chunks_.back().get() + key_chunk_used_;
    std::memcpy(place, key.data(), key.size());
    key_chunk_used_ = std::min(key_chunk_used_ + key.size(), key_bytes_per_chunk);
    return place;
}

Batch& Log::new_batch(Batch::Kind kind) {
    Batch& batch = all_batches_.emplace_back();
    batch.kind = kind;
    batch.first = batch.last = end_;
    batch.bytes = 61;  // header of a record batch, message format 2
    batches_.push_back(&batch);
    return batch;
}

LogRecord* Log::write(const NewRecord& record) {
    LogRecord* const place = place_for_record();
    *place = {
        .offset = end_,
        .timestamp = record.timestamp,
        .key = record.has_key ? store_key(record.key) : nullptr,
        .key_bytes = record.has_key ? static_cast<std::uint32_t>(record.key.size()) : 0,
        .value_bytes = record.value_bytes,
        .is_tombstone = record.is_tombstone,
    };
    return place;
}

Offset Log::append(const NewRecord& record, Instant now) {
    LogRecord* const place = write(record);
    const bool joins =
        open_ != nullptr && opened_at_ == now && open_->records.size() < batch_records_max_;
    if (!joins) {
        open_ = &new_batch(Batch::Kind::data);
        open_->records = {place, 0};
        opened_at_ = now;
    }
    open_->records = {open_->records.data(), open_->records.size() + 1};
    open_->bytes += place->size_bytes();
    open_->last = end_;
    end_ = next(end_);
    return place->offset;
}

Offset Log::append_in_transaction(const NewRecord& record, std::uint64_t producer) {
    expects(producer > 0);
    seal();
    const LogRecord* const place = write(record);
    Batch& batch = new_batch(Batch::Kind::open);
    batch.producer = producer;
    batch.records = {place, 1};
    batch.bytes += place->size_bytes();
    end_ = next(end_);
    ++open_batches_;
    return place->offset;
}

void Log::end_transaction(std::uint64_t producer, bool committed) {
    bool has_any = false;
    for (Batch& batch : all_batches_) {
        if (batch.kind != Batch::Kind::open || batch.producer != producer) continue;
        batch.kind = committed ? Batch::Kind::data : Batch::Kind::aborted;
        has_any = true;
        --open_batches_;
    }
    if (has_any) append_marker();
}

Offset Log::last_stable() const {
    if (open_batches_ == 0) return end_;
    const auto oldest = std::ranges::find_if(batches_, [](const Batch* batch) {
        return batch->kind == Batch::Kind::open;
    });
    return oldest == batches_.end() ? end_ : (*oldest)->first;
}

Offset Log::append_marker() {
    seal();
    const Batch& marker = new_batch(Batch::Kind::marker);
    end_ = next(end_);
    return marker.first;
}

void Log::append_aborted(std::int32_t records) {
    expects(records > 0);
    seal();
    Batch& batch = new_batch(Batch::Kind::aborted);
    end_ = advanced(end_, records);
    batch.last = previous(end_);
    batch.bytes += static_cast<std::uint32_t>(records) * 100;
    append_marker();
}

std::size_t Log::index_of_batch(Offset offset) const {
    const auto found = std::ranges::lower_bound(batches_, offset, {}, [](const Batch* batch) {
        return batch->last;
    });
    return static_cast<std::size_t>(found - batches_.begin());
}

void Log::read(
    Offset from, Offset end, std::uint32_t bytes_max, std::vector<const Batch*>& batches
) {
    std::uint64_t bytes = 0;
    for (std::size_t i = index_of_batch(from); i < batches_.size(); ++i) {
        if (batches_[i]->first >= end) break;
        if (bytes > 0 && bytes + batches_[i]->bytes > bytes_max) break;
        bytes += batches_[i]->bytes;
        batches.push_back(batches_[i]);
        if (batches_[i] == open_) seal();
    }
}

bool Log::has_record(Offset offset) const {
    if (offset < start_ || offset >= end_) return false;
    const std::size_t index = index_of_batch(offset);
    if (index == batches_.size() || batches_[index]->kind != Batch::Kind::data) return false;
    const auto records = batches_[index]->records;
    const auto found = std::ranges::lower_bound(records, offset, {}, &LogRecord::offset);
    return found != records.end() && found->offset == offset;
}

Offset Log::end_of_records() const {
    for (auto batch = batches_.rbegin(); batch != batches_.rend(); ++batch) {
        const auto& records = (*batch)->records;
        if ((*batch)->kind != Batch::Kind::data || records.empty()) continue;
        return std::max(next(records.back().offset), start_);
    }
    return start_;
}

std::size_t Log::count_records(Offset from) const {
    const Offset first = std::max(from, start_);
    std::size_t count = 0;
    for (std::size_t i = index_of_batch(first); i < batches_.size(); ++i) {
        if (batches_[i]->kind != Batch::Kind::data) continue;
        const auto records = batches_[i]->records;
        const auto found = std::ranges::lower_bound(records, first, {}, &LogRecord::offset);
        count += static_cast<std::size_t>(records.end() - found);
    }
    return count;
}

void Log::delete_before(Offset start) {
    start_ = std::max(start_, std::min(start, end_));
    const auto kept = std::ranges::find_if(batches_, [this](const Batch* batch) {
        return batch->last >= start_;
    });
    batches_.erase(batches_.begin(), kept);
    if (batches_.empty()) seal();
}

void Log::forget_open(const Batch& cut) {
    const auto own =
        std::ranges::find(all_batches_, &cut, [](const Batch& batch) { return &batch; });
    own->kind = Batch::Kind::aborted;
    --open_batches_;
}

std::vector<Offset> Log::truncate(Offset new_end) {
    expects(new_end >= start_ && new_end <= end_);
    seal();
    std::vector<Offset> removed;
    while (!batches_.empty() && batches_.back()->last >= new_end) {
        const Batch& cut = *batches_.back();
        batches_.pop_back();
        if (cut.kind == Batch::Kind::open) forget_open(cut);
        if (cut.kind == Batch::Kind::data) {
            for (const LogRecord& record : cut.records)
                removed.push_back(record.offset);
        }
        end_ = cut.first;
    }
    // Replicas are cut at batch boundaries, so the end may lie below what was asked for.
    end_ = std::min(end_, new_end);
    start_ = std::min(start_, end_);  // UnifiedLog.truncateTo
    std::ranges::sort(removed);
    return removed;
}

std::vector<Offset> Log::compact(std::size_t batches_kept) {
    seal();
    std::map<std::string_view, Offset> newest_of;
    for (const Batch* batch : batches_) {
        if (batch->kind != Batch::Kind::data) continue;
        for (const LogRecord& record : batch->records) {
            if (record.has_key()) newest_of[record.key_text()] = record.offset;
        }
    }
    std::vector<Offset> removed;
    const std::size_t cleaned = batches_.size() - std::min(batches_kept, batches_.size());
    std::vector<const Batch*> kept;
    for (std::size_t i = 0; i < batches_.size(); ++i) {
        const Batch& batch = *batches_[i];
        if (i >= cleaned || batch.kind != Batch::Kind::data) {
            kept.push_back(&batch);
            continue;
        }
        std::vector<LogRecord> survivors;
        for (const LogRecord& record : batch.records) {
            const bool survives = record.has_key() && !record.is_tombstone &&
                                  newest_of.at(record.key_text()) == record.offset;
            if (survives)
                survivors.push_back(record);
            else
                removed.push_back(record.offset);
        }
        const bool is_end_of_range = i + 1 == cleaned;
        if (survivors.empty() && !is_end_of_range) continue;
        if (chunk_used_ + survivors.size() > records_per_chunk) chunk_used_ = records_per_chunk;
        Batch& copy = all_batches_.emplace_back(batch);
        const LogRecord* first = nullptr;
        copy.bytes = 61;
        for (const LogRecord& record : survivors) {
            LogRecord* const place = place_for_record();
            if (first == nullptr) first = place;
            *place = record;
            copy.bytes += record.size_bytes();
        }
        copy.records = {first, survivors.size()};
        kept.push_back(&copy);
    }
    batches_ = std::move(kept);
    return removed;
}

}  // namespace odradek::sim
