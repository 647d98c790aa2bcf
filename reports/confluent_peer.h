#pragma once

#include "engine/core/offsets/offset_map.h"

#include <expected>
#include <string>
#include <vector>

namespace odradek {

/// The Java peer's own codec, run as a process: reports/peer/OffsetMapPeer.java, fetched and built
/// by reports/peer/fetch.cmake into `folder`.
///
/// One call is one process, so that its start is paid once for many requests.
class ConfluentPeer {
public:
    explicit ConfluentPeer(std::string folder) : folder_(std::move(folder)) {}

    /// One answer a request, in order. Error: what failed, for a person.
    [[nodiscard]] std::expected<std::vector<std::string>, std::string> ask(
        const std::vector<std::string>& requests
    ) const;

    /// Requests as OffsetMapPeer.java documents them. The map must not be empty.
    [[nodiscard]] static std::string encode_request(const OffsetMap& map);
    [[nodiscard]] static std::string size_request(const OffsetMap& map);
    [[nodiscard]] static std::string decode_request(Offset committed, const std::string& text);

    /// "TOP OPEN" as decode answers for this map.
    [[nodiscard]] static std::string expected_state(const OffsetMap& map);

private:
    std::string folder_;
};

}  // namespace odradek
