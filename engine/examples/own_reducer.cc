// Judges how keys spread under a reducer of one's own: build it, then
//   odradek-own-reducer --keys keys.csv --column customer_id --partitions 12
//       --virtual-partitions 10 --reducer by-region
// It prints the view of `odradek distribution` and returns its exit codes.

#include "odradek/partitioner.h"

#include "engine/cli/distribution_command.h"

#include <string>
#include <vector>

namespace {

/// Keys such as "eu-1234": the region alone decides.
std::int64_t by_region(odradek::PartitionKey key, std::uint32_t count) {
    const std::string_view region = key.value_or("").substr(0, key.value_or("").find('-'));
    std::uint32_t sum = 0;
    for (const char letter : region) {
        sum = sum * 31 + static_cast<unsigned char>(letter);
    }
    return sum % count;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const odradek::DistributionExtras extras{
        .own_reducers = {odradek::Reducer{"by-region", &by_region}}};
    return static_cast<int>(odradek::run_distribution(arguments, extras));
}
