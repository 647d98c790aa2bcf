#pragma once

#include "engine/core/shards/shards.h"

#include <optional>

namespace odradek {

/// For tests: lets every record start, or none beyond `limit`.
class TestGate final : public Shards::Gate {
public:
    [[nodiscard]] bool may_start(const LiveRecord& record) override {
        return !limit || record.offset < *limit;
    }

    std::optional<Offset> limit;
};

}  // namespace odradek
