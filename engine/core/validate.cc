#include "odradek/options.h"
#include "odradek/partitioner.h"

#include <string>
#include <string_view>
#include <utility>

namespace odradek {

namespace {

/// One line of them must say which they are.
bool is_setting(std::string_view name, std::string_view value) {
    constexpr std::string_view blanks = " \t\r\n";
    return !name.empty() && !value.empty() && name != "ordering" && !name.contains('=') &&
           name.find_first_of(blanks) == name.npos && value.find_first_of(blanks) == value.npos;
}

}  // namespace

std::vector<Error> validate(const EngineOptions& options) {
    std::vector<Error> mistakes;
    const auto require = [&](bool holds, std::string field, std::string what) {
        if (!holds) mistakes.push_back({Errc::invalid_options, std::move(what), std::move(field)});
    };
    const auto zero = Duration{0};
    require(
        options.concurrency_max >= 1 && options.concurrency_max <= 1'000'000,
        "concurrency_max",
        "must be 1 … 1,000,000"
    );
    require(options.run_max >= 1, "run_max", "must be at least 1");
    require(
        options.batch_size >= 1 && options.batch_size <= options.buffer.partition_records_max,
        "batch_size",
        "must be at least 1 and at most buffer.partition_records_max, or no batch fills"
    );
    require(options.batch_latency >= zero, "batch_latency", "must not be negative");
    const VirtualPartitionOptions& lanes = options.virtual_partitions;
    require(
        lanes.max_partitions <= 1'000'000,
        "virtual_partitions.max_partitions",
        "must be at most 1,000,000"
    );
    require(
        (lanes.partitioner == PartitionBy::header) != lanes.header.empty(),
        "virtual_partitions.header",
        "must name a header with partitioner header, and only then"
    );
    require(
        Reducer::named(lanes.reducer).has_value(),
        "virtual_partitions.reducer",
        "is no reducer of this library: '" + lanes.reducer + "'"
    );
    require(options.retry.delay >= zero, "retry.delay", "must not be negative");
    require(options.commit.interval > zero, "commit.interval", "must be above zero");
    require(options.commit.timeout > zero, "commit.timeout", "must be above zero");
    require(
        options.commit.metadata_chars_max >= 40,
        "commit.metadata_chars_max",
        "must be at least 40 characters, or no offset map fits"
    );
    for (const auto& [name, value] : options.commit.must_match) {
        require(
            is_setting(name, value),
            "commit.must_match." + name,
            "needs a name and a value without spaces, the name not 'ordering' and without '='"
        );
    }
    require(options.buffer.records_max > 0, "buffer.records_max", "must be above zero");
    require(options.buffer.bytes_max > 0, "buffer.bytes_max", "must be above zero");
    require(
        options.buffer.partition_records_max > 0,
        "buffer.partition_records_max",
        "must be above zero"
    );
    require(options.buffer.pause_after >= zero, "buffer.pause_after", "must not be negative");
    require(
        options.buffer.load_factor_initial >= 1, "buffer.load_factor_initial", "must be at least 1"
    );
    require(
        options.buffer.load_factor_max >= options.buffer.load_factor_initial,
        "buffer.load_factor_max",
        "must not be below buffer.load_factor_initial"
    );
    require(options.slow.record_after >= zero, "slow.record_after", "must not be negative");
    require(options.slow.partition_after >= zero, "slow.partition_after", "must not be negative");
    require(options.deferred.open_max >= 1, "deferred.open_max", "must be at least 1");
    require(options.deferred.expiry >= zero, "deferred.expiry", "must not be negative");
    require(options.revoke_wait_max >= zero, "revoke_wait_max", "must not be negative");
    return mistakes;
}

}  // namespace odradek
