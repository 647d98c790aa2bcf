#include "property-tests/conformance/rig.h"

#include <algorithm>

#include <fmt/core.h>

namespace odradek::conformance {
namespace {

constexpr Duration step = std::chrono::milliseconds{50};
constexpr Duration patience = std::chrono::seconds{40};

/// Noise of connections: it tells of sockets, not of the group, and nobody has to act on it.
/// _TIMED_OUT is a request that waited behind the member's own parked JoinGroup (BM-1).
bool is_noise(std::string_view line) {
    return line == "ERROR _TRANSPORT" || line == "ERROR _ALL_BROKERS_DOWN" ||
           line == "ERROR _TIMED_OUT";
}

}  // namespace

void Seen::saw(std::string line) {
    if (is_noise(line)) return;
    const bool repeats = !lines.empty() && lines.back() == line;
    if (repeats && line.starts_with("ERROR ")) return;  // how often is a matter of time
    lines.push_back(std::move(line));
}

void Seen::read(const TopicPlace& place, std::int64_t offset) {
    auto& own = runs[place];
    if (!own.empty() && own.back().second + 1 == offset) {
        own.back().second = offset;
    } else {
        own.emplace_back(offset, offset);
    }
}

std::size_t Seen::count(std::string_view prefix) const {
    return static_cast<std::size_t>(std::ranges::count_if(lines, [&](const std::string& line) {
        return line.starts_with(prefix);
    }));
}

std::int64_t Seen::records(const TopicPlace& place) const {
    std::int64_t count = 0;
    if (const auto own = runs.find(place); own != runs.end()) {
        for (const auto& [first, last] : own->second)
            count += last - first + 1;
    }
    return count;
}

void Rig::until(const std::string& what, Duration limit, const std::function<bool()>& done) {
    for (Duration waited{}; !done(); waited += step) {
        if (waited >= limit) return note("MISSED", what);
        wait(step);
    }
}

void Rig::until_seen(Member& member, std::string_view prefix, std::size_t count) {
    until(fmt::format("{}: {} no. {}", member.name(), prefix, count), patience, [&] {
        return member.seen().count(prefix) >= count;
    });
}

void Rig::until_read(Member& member, const TopicPlace& place, std::int64_t records) {
    until(
        fmt::format(
            "{}: {} records of {}-{}", member.name(), records, place.topic, place.partition
        ),
        patience,
        [&] { return member.seen().records(place) >= records; }
    );
}

void Rig::note(const std::string& what, const std::string& text) {
    notes_.push_back(fmt::format("{}: {}", what, text));
}

std::string Rig::trace() {
    std::string text;
    for (const std::string& line : notes_)
        text += line + "\n";
    for (Member* member : members()) {
        text += member->name() + "\n";
        for (const std::string& line : member->seen().lines)
            text += "  " + line + "\n";
        for (const auto& [place, runs] : member->seen().runs) {
            text += fmt::format("  read {}-{}:", place.topic, place.partition);
            for (const auto& [first, last] : runs)
                text += fmt::format(" {}-{}", first, last);
            text += "\n";
        }
    }
    return text;
}

std::string commit_line(std::vector<std::pair<TopicPlace, std::string>> entries) {
    const bool all_same = std::ranges::all_of(entries, [&](const auto& entry) {
        return entry.second == entries.front().second;
    });
    if (entries.size() > 4 && all_same) {
        return fmt::format("COMMIT {} partitions: {}", entries.size(), entries.front().second);
    }
    std::ranges::sort(entries);
    std::string text = "COMMIT";
    for (const auto& [place, error] : entries)
        text += fmt::format(" {}-{} {}", place.topic, place.partition, error);
    return text;
}

std::string printable(std::string_view bytes) {
    std::string text;
    for (std::size_t at = 0; at < bytes.size();) {
        std::size_t end = at;
        while (end < bytes.size() && bytes[end] == bytes[at])
            ++end;
        const auto byte = static_cast<unsigned char>(bytes[at]);
        const std::string one = byte >= 0x20 && byte < 0x7f ? std::string(1, bytes[at])
                                                            : fmt::format("\\x{:02x}", byte);
        if (end - at > 8) {
            text += fmt::format("{}*{}", one, end - at);
        } else {
            for (std::size_t i = at; i < end; ++i)
                text += one;
        }
        at = end;
    }
    if (text.size() > 200) text = text.substr(0, 200) + fmt::format("… ({} bytes)", bytes.size());
    return text;
}

}  // namespace odradek::conformance
