#include "scenarios/member_ledger.h"

#include "odradek/contract.h"

#include "engine/base/hash.h"
#include "engine/runtime/steady_clock.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace odradek::scenarios {

namespace {

/// No digit: what follows a torn number cannot make another number of it.
constexpr char line_begin = 'L';

void append_number(std::string& line, std::int64_t number) {
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
    line.append(digits, end);
    line.push_back(' ');
}

/// Takes numbers, each followed by one space, from the front of a line.
class Numbers {
public:
    explicit Numbers(std::string_view line) : rest_(line) {}

    std::int64_t next() {
        std::int64_t number = 0;
        const char* end = rest_.data() + rest_.size();
        const auto [stopped, error] = std::from_chars(rest_.data(), end, number);
        is_whole_ = is_whole_ && error == std::errc{} && stopped != end && *stopped == ' ';
        if (is_whole_) rest_.remove_prefix(static_cast<std::size_t>(stopped - rest_.data()) + 1);
        return number;
    }

    [[nodiscard]] bool is_whole() const { return is_whole_; }
    [[nodiscard]] std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
    bool is_whole_ = true;
};

}  // namespace

std::expected<MemberLedger, std::string> MemberLedger::create(const std::filesystem::path& path) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0) {
        return std::unexpected("cannot write " + path.string() + ": " + std::strerror(errno));
    }
    return MemberLedger(file);
}

MemberLedger::MemberLedger(MemberLedger&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

MemberLedger::~MemberLedger() {
    if (file_ >= 0) close(file_);
}

void MemberLedger::write(TraceEvent event) const {
    event.at = steady_now();
    std::string line = ledger_line(event);
    line.push_back('\n');
    // One call a line: appends of several threads do not mix.
    const ssize_t written = ::write(file_, line.data(), line.size());
    expects(written == static_cast<ssize_t>(line.size()));  // no space: no evidence, no verdict
}

std::uint32_t ledger_key_hash(bool has_key, std::string_view key) {
    return has_key ? murmur2(key) | 1U : 0;
}

std::string ledger_line(const TraceEvent& event) {
    std::string line;
    line.reserve(80 + event.detail.size());
    line.push_back(line_begin);
    append_number(line, static_cast<std::int64_t>(event.kind));
    append_number(line, event.at.time_since_epoch().count());
    append_number(line, event.member);
    append_number(line, event.topic);
    append_number(line, event.partition.value());
    append_number(line, event.offset.value());
    append_number(line, event.epoch.value());
    append_number(line, event.attempt);
    append_number(line, ledger_key_hash(event.has_key, event.key));
    append_number(line, static_cast<std::int64_t>(event.detail.size()));
    for (const char letter : event.detail) {
        line.push_back(letter == '\n' ? ' ' : letter);
    }
    return line;
}

std::optional<LedgerEntry> parse_ledger_line(std::string_view line) {
    if (!line.starts_with(line_begin)) return std::nullopt;
    Numbers numbers(line.substr(1));
    LedgerEntry entry;
    const std::int64_t kind = numbers.next();
    if (kind < 0 || kind > static_cast<std::int64_t>(TraceEvent::Kind::note)) return std::nullopt;
    TraceEvent& event = entry.event;
    event.kind = static_cast<TraceEvent::Kind>(kind);
    event.at = Instant{Duration{numbers.next()}};
    event.member = static_cast<std::int32_t>(numbers.next());
    event.topic = static_cast<std::int32_t>(numbers.next());
    event.partition = PartitionId{static_cast<std::int32_t>(numbers.next())};
    event.offset = Offset{numbers.next()};
    event.epoch = Epoch{static_cast<std::uint32_t>(numbers.next())};
    event.attempt = static_cast<std::uint32_t>(numbers.next());
    entry.key_hash = static_cast<std::uint32_t>(numbers.next());
    const std::int64_t size = numbers.next();
    if (!numbers.is_whole() || static_cast<std::int64_t>(numbers.rest().size()) != size) {
        return std::nullopt;
    }
    event.detail = numbers.rest();
    return entry;
}

std::vector<LedgerEntry> LedgerReader::take_new() {
    std::ifstream input(path_, std::ios::binary);
    std::vector<LedgerEntry> entries;
    if (!input.seekg(static_cast<std::streamoff>(read_))) return entries;
    std::string line;
    while (std::getline(input, line) && !input.eof()) {
        read_ += line.size() + 1;
        if (auto entry = parse_ledger_line(line)) {
            entries.push_back(std::move(*entry));
        } else {
            ++torn_;
        }
    }
    return entries;
}

}  // namespace odradek::scenarios
