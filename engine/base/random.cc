#include "engine/base/random.h"

#include "odradek/contract.h"

#include <bit>

namespace odradek {

namespace {

std::uint64_t splitmix(std::uint64_t& state) {
    state += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
}

}  // namespace

Random::Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
        word = splitmix(seed);
    }
}

Random Random::split(std::string_view name) const {
    std::uint64_t seed = state_[0] ^ std::rotl(state_[3], 17);
    for (const char letter : name) {
        seed ^= static_cast<unsigned char>(letter);
        seed = splitmix(seed);
    }
    return Random{seed};
}

std::uint64_t Random::next() {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

std::uint64_t Random::below(std::uint64_t end) {
    expects(end > 0);
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>(next()) * end;
    auto low = static_cast<std::uint64_t>(product);
    if (low < end) {
        const std::uint64_t threshold = (0 - end) % end;
        while (low < threshold) {
            product = static_cast<Wide>(next()) * end;
            low = static_cast<std::uint64_t>(product);
        }
    }
    return static_cast<std::uint64_t>(product >> 64U);
}

std::int64_t Random::between(std::int64_t low, std::int64_t high) {
    expects(low <= high);
    const std::uint64_t span =
        static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
    const std::uint64_t drawn = span == 0 ? next() : below(span);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + drawn);
}

bool Random::chance(Ratio ratio) {
    expects(ratio.whole > 0);
    return below(ratio.whole) < ratio.part;
}

}  // namespace odradek
