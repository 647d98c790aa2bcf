#pragma once

#include "odradek/clock.h"
#include "odradek/types.h"

#include "engine/base/random.h"
#include "engine/config/units.h"

#include <cstdint>
#include <string>
#include <vector>

namespace odradek::scenarios {

struct Topic;

/// When records come.
struct Arrival {
    enum class Law : unsigned char {
        constant,  ///< evenly
        poisson,   ///< at random, with the rate as their mean
        bursts,    ///< `burst` records at one instant, then a pause, the rate as their mean
    };

    Law law = Law::constant;
    Rate rate{.count = 1000, .per = std::chrono::seconds{1}};
    std::uint64_t burst = 100;

    friend bool operator==(const Arrival&, const Arrival&) = default;
};

/// Which key a record has.
struct KeyLaw {
    enum class Law : unsigned char {
        uniform,  ///< each of `keys` alike
        zipf,     ///< the n-th of `keys` with weight 1 / n^exponent
        hot,      ///< the first of `keys` with chance `share`, the others alike
        burst,    ///< each of `keys` alike, `run` records of it in a row
        unique,   ///< each record its own
        listed,   ///< `listed`, by weight; from a key file, not from a scenario file
    };

    struct WeightedKey {
        std::string key;
        std::uint64_t weight = 1;  ///< > 0

        friend bool operator==(const WeightedKey&, const WeightedKey&) = default;
    };

    Law law = Law::uniform;
    std::uint64_t keys = 100;
    Ratio exponent{.part = 1, .whole = 1};
    Ratio share{.part = 1, .whole = 2};
    std::uint64_t run = 10;
    std::vector<WeightedKey> listed{};

    friend bool operator==(const KeyLaw&, const KeyLaw&) = default;
};

/// Who produces what, when. Records are spread over the topics in turn; a key's partition is chosen
/// as Kafka's Java client does (murmur2), records without a key go around.
struct Load {
    std::uint64_t records = 1000;
    Arrival arrival;
    KeyLaw keys;
    Ratio null_keys{};
    std::uint32_t value_bytes_min = 100;
    std::uint32_t value_bytes_max = 100;

    friend bool operator==(const Load&, const Load&) = default;
};

/// One record to be produced.
struct LoadRecord {
    Instant at{};
    std::int32_t topic = 0;
    PartitionId partition{};
    std::string key;
    bool has_key = true;
    std::uint32_t value_bytes = 0;
};

/// The records of `load` in the order of their time, drawn from `random` alone.
class LoadPlan {
public:
    LoadPlan(const Load& load, const std::vector<Topic>& topics, const Random& random);

    [[nodiscard]] std::uint64_t remaining() const { return load_.records - made_; }

    /// The next record, in a buffer that the next call overwrites. `remaining()` > 0.
    const LoadRecord& next();

private:
    void move_time();
    std::uint64_t draw_key();
    [[nodiscard]] std::uint64_t draw_weighted();
    void choose_place();

    Load load_;
    std::vector<std::int32_t> partitions_;  ///< of each topic
    std::vector<std::uint64_t> keyless_;    ///< records without key so far, of each topic
    std::vector<std::uint64_t> weights_;    ///< cumulative, for zipf and listed
    Random arrival_;
    Random keys_;
    Random sizes_;
    LoadRecord record_;
    std::uint64_t made_ = 0;
    std::uint64_t run_key_ = 0;
};

}  // namespace odradek::scenarios
