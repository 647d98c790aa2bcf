#pragma once

#include "engine/base/random.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace odradek::sim {

/// The root seed and the streams named from it. A stream depends on the seed and its name alone:
/// drawing more from one, or adding another, shifts nothing.
class Streams {
public:
    explicit Streams(std::uint64_t seed) : root_(seed) {}

    /// The stream of this name, made when it is first asked for; stays valid as long as this.
    [[nodiscard]] Random& named(std::string_view name) {
        const auto found = streams_.find(name);
        if (found != streams_.end()) return found->second;
        return streams_.emplace(std::string{name}, root_.split(name)).first->second;
    }

    /// A seed for a part that makes its own streams.
    [[nodiscard]] std::uint64_t seed_for(std::string_view name) const {
        return root_.split(name).next();
    }

private:
    Random root_;
    std::map<std::string, Random, std::less<>> streams_;
};

}  // namespace odradek::sim
