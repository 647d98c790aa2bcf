#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace odradek::scenarios {

/// SHA-256 over the lines of a trace, each with its line break: the hash of the trace's file.
class TraceHash {
public:
    TraceHash();
    TraceHash(const TraceHash&) = delete;
    TraceHash& operator=(const TraceHash&) = delete;
    ~TraceHash();

    /// `line` is without its line break.
    void add(std::string_view line);

    /// Lower-case hexadecimal digits. Nothing may be added afterwards.
    [[nodiscard]] std::string finish();

private:
    struct Digest;
    std::unique_ptr<Digest> digest_;
};

}  // namespace odradek::scenarios
