#pragma once

#include "engine/core/trace.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::scenarios {

/// What one process of a group writes down while it lives, one line an event.
///
/// A line is in the kernel's hands when write() returns, so a process that is killed loses at most
/// the line it was writing. As each event is written before what follows from it (the end of a
/// handler before its outcome goes back), a lost line is that of something without consequence.
/// Safe from several threads.
class MemberLedger {
public:
    /// Error: why the file cannot be made.
    [[nodiscard]] static std::expected<MemberLedger, std::string> create(
        const std::filesystem::path& path
    );

    MemberLedger(MemberLedger&& other) noexcept;
    MemberLedger& operator=(MemberLedger&&) = delete;
    MemberLedger(const MemberLedger&) = delete;
    MemberLedger& operator=(const MemberLedger&) = delete;
    ~MemberLedger();

    /// Writes the event with the time of now on this machine's steady clock.
    void write(TraceEvent event) const;

private:
    explicit MemberLedger(int file) : file_(file) {}

    int file_;
};

/// One line without its end; `event.at` counts from the machine's start. Of a key, only its hash is
/// written: who was there when it was produced knows it, and can compare.
[[nodiscard]] std::string ledger_line(const TraceEvent& event);

struct LedgerEntry {
    TraceEvent event;  ///< without the key
    std::uint32_t key_hash = 0;
};

/// Hash of a record's key; no key has one of its own.
[[nodiscard]] std::uint32_t ledger_key_hash(bool has_key, std::string_view key);

/// Empty when the line is not whole.
[[nodiscard]] std::optional<LedgerEntry> parse_ledger_line(std::string_view line);

/// Follows a ledger while it grows.
class LedgerReader {
public:
    explicit LedgerReader(std::filesystem::path path) : path_(std::move(path)) {}

    /// The entries that were written since the last call; a last line without end is left.
    [[nodiscard]] std::vector<LedgerEntry> take_new();

    /// Lines that a killed writer has torn.
    [[nodiscard]] std::uint64_t torn() const { return torn_; }

private:
    std::filesystem::path path_;
    std::uint64_t read_ = 0;  ///< bytes
    std::uint64_t torn_ = 0;
};

}  // namespace odradek::scenarios
