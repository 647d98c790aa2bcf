#include "engine/tools/text_window.h"

#include <cstring>
#include <span>

namespace odradek {

WindowLine TextWindow::line() const {
    using enum WindowLine::State;
    const char* const begin = bytes_.data() + begin_;
    const std::size_t size = end_ - begin_;
    if (size == 0) return {.state = at_end_ ? end : needs_refill, .text = {}};
    const auto* const stop = static_cast<const char*>(std::memchr(begin, '\n', size));
    if (stop == nullptr && !at_end_) return {.state = needs_refill, .text = {}};
    const auto length = stop == nullptr ? size : static_cast<std::size_t>(stop - begin);
    std::string_view text{begin, length};
    if (text.ends_with('\r')) text.remove_suffix(1);
    return {.state = WindowLine::State::line, .text = text, .bytes = length + (stop != nullptr)};
}

std::expected<void, Error> TextWindow::refill() {
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ == bytes_.size()) bytes_.resize(bytes_.size() * 2);
    while (end_ < bytes_.size()) {
        const auto count = input_.read(std::span{bytes_}.subspan(end_));
        if (!count) return std::unexpected(count.error());
        if (*count == 0) {
            at_end_ = true;
            break;
        }
        end_ += *count;
    }
    return {};
}

}  // namespace odradek
