#pragma once

#include "odradek/error.h"

#include "engine/tools/byte_input.h"

#include <cstddef>
#include <expected>
#include <string_view>
#include <utility>
#include <vector>

namespace odradek {

/// A line of the window, or why there is none yet.
struct WindowLine {
    enum class State : unsigned char { line, needs_refill, end };

    State state;
    std::string_view text;  ///< without its line end (LF or CR LF)
    std::size_t bytes = 0;  ///< to consume: with the line end
};

/// A moving window over a text: the part that has been read and not yet consumed.
///
/// Views of `unread()` hold until the next `refill()`; consuming leaves them valid, so that a batch
/// of keys can point into the window.
class TextWindow {
public:
    /// Longest record that is taken: beyond it the text is not what it claims to be.
    static constexpr std::size_t record_bytes_max = 16UL << 20U;

    explicit TextWindow(ByteInput input) : input_(std::move(input)), bytes_(initial_bytes) {}

    [[nodiscard]] std::string_view unread() const {
        return {bytes_.data() + begin_, end_ - begin_};
    }
    void consume(std::size_t count) { begin_ += count; }

    /// The line at the head of `unread()`, not consumed.
    [[nodiscard]] WindowLine line() const;

    /// The whole rest of the text is in `unread()`.
    [[nodiscard]] bool is_at_end() const { return at_end_; }

    /// One record of `record_bytes_max` fills the window: a refill would grow it without end.
    [[nodiscard]] bool is_overlong() const { return end_ - begin_ >= record_bytes_max; }

    /// Reads more behind `unread()`, which moves: views become invalid.
    [[nodiscard]] std::expected<void, Error> refill();

private:
    static constexpr std::size_t initial_bytes = 1UL << 20U;

    ByteInput input_;
    std::vector<char> bytes_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool at_end_ = false;
};

}  // namespace odradek
