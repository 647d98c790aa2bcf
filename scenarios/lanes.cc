#include "scenarios/lanes.h"

#include "engine/base/random.h"

#include <span>
#include <stdexcept>

namespace odradek::scenarios {

namespace {

bool fails(Ratio chance, const Record& record) {
    const auto place = static_cast<std::uint64_t>(record.offset.value()) * 1'000 +
                       static_cast<std::uint64_t>(record.partition.value());
    return Random{place}.chance(chance);
}

}  // namespace

LaneCode lane_code(const Scenario& scenario) {
    const Ratio chance = scenario.handler.partitioner_failures;
    if (chance.part == 0) return {};
    LaneCode code;
    code.partitioner = [chance](const Record& record) -> PartitionKey {
        if (fails(chance, record)) throw std::runtime_error("the scenario says so");
        if (!record.key) return std::nullopt;
        return as_text(record.key);
    };
    return code;
}

std::function<std::uint32_t(const TraceEvent&)> lane_of(const Scenario& scenario) {
    if (scenario.engine.ordering != Ordering::virtual_partition) return {};
    return [chooser = LaneChooser{scenario.engine, lane_code(scenario)}](const TraceEvent& event) {
        Record record;
        record.partition = event.partition;
        record.offset = event.offset;
        if (event.has_key) record.key = std::as_bytes(std::span{event.key});
        return chooser.choose(record).value_or(VirtualPartition{0}).value();
    };
}

}  // namespace odradek::scenarios
