#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::sim {

/// Gives each key of a partition a dense number, in the order of first sight. Open addressing; one
/// look-up for each produced record, none for the events that follow.
class KeyIndex {
public:
    /// `partition` is a dense number. A null key (`has_key` false) is a key of its own.
    std::uint32_t number_of(std::uint32_t partition, bool has_key, std::string_view key);

    [[nodiscard]] std::size_t size() const { return entries_.size(); }

    /// The key's bytes; empty for null.
    [[nodiscard]] const std::string& key(std::uint32_t number) const {
        return entries_[number].key;
    }

private:
    struct Entry {
        std::uint64_t hash;
        std::uint32_t partition;
        bool has_key;
        std::string key;
    };

    void grow();

    std::vector<Entry> entries_;
    std::vector<std::uint32_t> slots_;  ///< number + 1; 0 = free; size a power of two
};

}  // namespace odradek::sim
