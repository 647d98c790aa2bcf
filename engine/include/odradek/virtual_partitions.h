#pragma once

#include <cstdint>
#include <string>

namespace odradek {

/// What of a record decides its virtual partition (VP-1). Choosing by key, header or at random
/// never touches the payload (VP-8).
enum class PartitionBy : unsigned char {
    key,
    header,  ///< the first one of the name in `header`; a record without it has a null key
    value,   ///< the payload's bytes
    random,  ///< nothing: spread evenly by offset, to the same lane when it is redelivered
};

/// How `Ordering::virtual_partition` splits each partition into lanes. Consumers of a group that
/// differ in any of this keep no order between each other.
struct VirtualPartitionOptions {
    /// Lanes of each partition (VP-2); 0 = as many as `concurrency_max`. ≤ 1,000,000.
    std::uint32_t max_partitions = 0;

    PartitionBy partitioner = PartitionBy::key;

    /// Name of the header, with `PartitionBy::header`.
    std::string header;

    /// From these bytes to a lane: a name of `built_in_reducers()` (odradek/partitioner.h). What a
    /// reducer binds to no lane, such as the null keys of most, is spread as `PartitionBy::random`
    /// does.
    std::string reducer = "sum16";
};

}  // namespace odradek
