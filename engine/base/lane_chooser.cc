#include "engine/base/lane_chooser.h"

#include <exception>
#include <utility>

namespace odradek {

namespace {

PartitionKey key_of(const Bytes& bytes) {
    if (!bytes) return std::nullopt;
    return as_text(bytes);
}

/// The first header of that name; its absence is a null key.
PartitionKey header_of(const Record& record, const std::string& name) {
    for (const Header& header : record.headers()) {
        if (header.name == name) return key_of(header.value);
    }
    return std::nullopt;
}

/// Every bit of the result depends on every bit of the value (the finalizer of splitmix64, Steele,
/// Lea and Flood 2014): neighbouring offsets must not share a pattern in their low bits.
std::uint64_t mixed(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15U;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
}

}  // namespace

LaneChooser::LaneChooser(const EngineOptions& options, LaneCode code)
    : options_(options.virtual_partitions)
    , lanes_(options_.max_partitions == 0 ? options.concurrency_max : options_.max_partitions)
    , salt_(options.hash_salt)
    , partitioner_(std::move(code.partitioner))
    , reducer_(
          code.reducer ? std::move(*code.reducer)
                       : Reducer::named(options_.reducer).value_or(default_reducer())
      ) {}

std::expected<VirtualPartition, std::string> LaneChooser::choose(const Record& record) const {
    try {
        const auto chosen = bucket(record);
        if (!chosen) {
            return std::unexpected(
                "the reducer " + reducer_.name() + " gave lane " +
                std::to_string(chosen.error().result) + " of " + std::to_string(lanes_)
            );
        }
        return *chosen ? VirtualPartition{**chosen} : by_place(record);
    } catch (const std::exception& exception) {
        return std::unexpected(exception.what());
    } catch (...) {
        return std::unexpected("an exception that is not a std::exception");
    }
}

std::expected<Reducer::Bucket, ReducerMistake> LaneChooser::bucket(const Record& record) const {
    if (partitioner_) return reducer_.reduce(partitioner_(record), lanes_);
    switch (options_.partitioner) {
        case PartitionBy::key:
            return reducer_.reduce(key_of(record.key), lanes_);
        case PartitionBy::header:
            return reducer_.reduce(header_of(record, options_.header), lanes_);
        case PartitionBy::value:
            return reducer_.reduce(key_of(record.value), lanes_);
        case PartitionBy::random:
            break;
    }
    return Reducer::Bucket{};
}

VirtualPartition LaneChooser::by_place(const Record& record) const {
    const auto partition = static_cast<std::uint64_t>(record.partition.value());
    const auto offset = static_cast<std::uint64_t>(record.offset.value());
    return VirtualPartition{
        static_cast<std::uint32_t>(mixed(mixed(salt_ ^ partition) + offset) % lanes_)};
}

}  // namespace odradek
