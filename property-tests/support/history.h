#pragma once

#include "odradek/options.h"
#include "odradek/types.h"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include <rapidcheck.h>

namespace odradek {

/// One thing that the world does to the engine. What does not apply at its moment does nothing, so
/// that any part of a history is a history: counterexamples shrink well.
struct Command {
    enum class Kind : unsigned char {
        poll,           ///< `count` records of a partition come
        poll_again,     ///< the client rewinds by `count` records first
        poll_late,      ///< records of a life that has ended come
        done,           ///< a handler finishes `count` records of its run
        done_then_not,  ///< `count` − 1 records, then one that is not done; the rest is unstarted
        give_back,      ///< the executor gives back what was recalled
        letter,         ///< the dead-letter topic answers
        assign,
        fetched,  ///< the committed offsets are read
        revoke,
        lose,
        land,    ///< the commit is stored; its answer is still on its way
        answer,  ///< the commit is answered
        wait,
        pause,
        resume,
        commit,
        close,
    };
    Kind kind = Kind::wait;
    std::uint32_t which = 0;  ///< partition, bits of partitions, or run; modulo what there is
    std::uint32_t count = 1;  ///< ≥ 1
    std::uint32_t how = 0;    ///< which outcome; even: the good one
};

/// A world of three partitions, and what happens in it.
struct History {
    EngineOptions options;
    bool is_fast = false;                ///< handlers take no time, so that runs grow
    std::vector<std::uint32_t> keys{0};  ///< of the offsets, repeating; 4 is null, 5 is empty
    std::vector<bool> holes{false};      ///< offsets that do not exist, repeating
    std::vector<Command> commands;

    static constexpr std::uint32_t partitions = 3;

    [[nodiscard]] bool exists(std::int64_t offset) const {
        return !holes[static_cast<std::size_t>(offset) % holes.size()];
    }
    [[nodiscard]] std::uint32_t key(std::uint32_t partition, std::int64_t offset) const {
        return keys[(static_cast<std::size_t>(offset) + partition) % keys.size()];
    }

    /// What keeps order with this record inside its partition; empty: nothing does.
    [[nodiscard]] std::optional<std::uint32_t> lane(std::uint32_t partition, std::int64_t offset)
        const;
};

inline constexpr std::uint32_t null_key = 4;
inline constexpr std::uint32_t empty_key = 5;

/// Any history; with `ordering` when given.
[[nodiscard]] rc::Gen<History> any_history(std::optional<Ordering> ordering);

/// The same with batches, some of which wait to fill (PC-6).
[[nodiscard]] rc::Gen<History> any_history_of_batches(std::optional<Ordering> ordering);

/// One command a line, as RapidCheck prints a counterexample.
void showValue(const Command& command, std::ostream& out);
void showValue(const History& history, std::ostream& out);

}  // namespace odradek
