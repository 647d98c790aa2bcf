#include "engine/core/offsets/range_coder.h"

#include "odradek/contract.h"

namespace odradek {

namespace {

constexpr unsigned raw_bits_at_once = 16;

}  // namespace

void RangeEncoder::put_raw(std::uint64_t value, unsigned count) {
    while (count > 0) {
        const unsigned step = count < raw_bits_at_once ? count : raw_bits_at_once;
        count -= step;
        const auto digit = static_cast<std::uint32_t>((value >> count) & ((1U << step) - 1));
        put(digit, 1, 1U << step);
    }
}

void RangeEncoder::carry() {
    for (std::size_t index = bytes_.size(); index-- > 0;) {
        if (++bytes_[index] != 0) return;
    }
    ensures(false);  // the interval never leaves [0, 1)
}

ByteBuffer RangeEncoder::finish() {
    // Any number of the interval will do: the one with the most zero bits at its end.
    for (unsigned kept = 0; kept <= 64; kept += 8) {
        const std::uint64_t below = kept == 64 ? 0 : ~std::uint64_t{0} >> kept;
        const std::uint64_t rounded = (low_ + below) & ~below;  // may wrap to the next word
        if (rounded - low_ >= range_) continue;
        if (rounded < low_) carry();
        append_big_endian(bytes_, rounded);
        break;
    }
    const std::size_t whole = bytes_.size();
    const std::size_t kept_min = whole > dropped_zeros_max ? whole - dropped_zeros_max : 0;
    while (bytes_.size() > kept_min && bytes_.back() == 0) {
        bytes_.pop_back();
    }
    return std::move(bytes_);
}

RangeDecoder::RangeDecoder(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
    code_ = next_word() << 32U;
    code_ |= next_word();
}

std::uint64_t RangeDecoder::next_word() {
    std::uint64_t word = 0;
    for (int index = 0; index < 4; ++index) {
        word = (word << 8U) | (position_ < bytes_.size() ? bytes_[position_] : 0U);
        ++position_;
    }
    return word;
}

std::uint64_t RangeDecoder::take_raw(unsigned count) {
    std::uint64_t value = 0;
    while (count > 0) {
        const unsigned step = count < raw_bits_at_once ? count : raw_bits_at_once;
        count -= step;
        const std::uint32_t digit = peek(1U << step);
        skip(digit, 1);
        value = (value << step) | digit;
    }
    return value;
}

}  // namespace odradek
