#include "simulator/checkers/checker.h"

namespace odradek::sim {

std::string place_of(const PartitionFacts& partition, std::uint32_t record) {
    return "topic " + std::to_string(partition.topic) + " partition " +
           std::to_string(partition.partition.value()) + " offset " +
           std::to_string(partition.offset_of(record).value());
}

}  // namespace odradek::sim
