#pragma once

#include "odradek/error.h"

#include <cstddef>
#include <expected>
#include <memory>
#include <span>
#include <string>

namespace odradek {

/// Bytes of a file or of standard input in chunks, gzip and zstd unpacked on the way (told by their
/// first bytes, not by the file's name). Bounded memory whatever the size. A resource: not copied.
class ByteInput {
public:
    /// `path` "-" is standard input. Error: file_unreadable as invalid_options, with the reason.
    [[nodiscard]] static std::expected<ByteInput, Error> open(const std::string& path);

    ByteInput(ByteInput&&) noexcept;
    ByteInput& operator=(ByteInput&&) noexcept;
    ~ByteInput();

    /// The next bytes, written into `into` (not empty): how many, 0 at the end. Error: the medium
    /// fails, or the compressed data is damaged or cut short.
    [[nodiscard]] std::expected<std::size_t, Error> read(std::span<char> into);

    /// "gzip", "zstd", or empty for plain bytes.
    [[nodiscard]] const char* compression() const;

private:
    struct State;
    explicit ByteInput(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace odradek
