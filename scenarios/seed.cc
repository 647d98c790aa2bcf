#include "scenarios/seed.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <memory>

namespace odradek::scenarios {

namespace {

std::optional<std::uint64_t> whole_number(std::string_view digits, int base) {
    std::uint64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, value, base);
    if (digits.empty() || error != std::errc{} || stopped != end) return std::nullopt;
    return value;
}

}  // namespace

std::optional<std::uint64_t> parse_seed(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X")) return whole_number(text.substr(2), 16);
    return whole_number(text, 10);
}

std::optional<std::uint64_t> seed_of_commit(std::string_view hash) {
    constexpr std::size_t digits = 12;
    if (hash.size() < digits) return std::nullopt;
    return whole_number(hash.substr(0, digits), 16);
}

std::string current_commit() {
    const auto close = [](std::FILE* pipe) { pclose(pipe); };
    const std::unique_ptr<std::FILE, decltype(close)> pipe(
        popen("git rev-parse HEAD 2>/dev/null", "r"), close
    );
    std::array<char, 128> line{};
    if (pipe == nullptr || std::fgets(line.data(), line.size(), pipe.get()) == nullptr) return {};
    std::string hash(line.data());
    while (!hash.empty() && hash.back() == '\n') {
        hash.pop_back();
    }
    return hash;
}

}  // namespace odradek::scenarios
