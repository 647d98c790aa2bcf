#pragma once

#include "odradek/meters.h"
#include "odradek/options.h"

#include "engine/core/effect.h"
#include "engine/core/event.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace odradek {

/// The engine: events in, each with its time, effects out (ARCHITECTURE.md draws the flow).
///
/// Pure: no thread, clock, I/O or chance; the same events at the same times give the same effects.
/// Owned and called by one driver, which may be the runtime's owner thread or the simulator's host.
class Engine {
public:
    /// `options` must be valid (validate() in odradek/options.h); `start` is the first `now`.
    Engine(const EngineOptions& options, Instant start);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine();

    /// Takes one event and appends what is to be done to `effects`. `now` never goes back.
    /// O(records of the event + work handed out); a timer costs O(partitions).
    void handle(const Event& event, Instant now, Effects& effects);

    /// When the engine wants TimePassed at the latest; empty: not before the next event.
    [[nodiscard]] std::optional<Instant> next_deadline() const;

    /// How many more records the engine wants now; 0 means do not read. Never a promise: a batch
    /// that is larger is taken whole.
    [[nodiscard]] std::size_t read_budget() const;

    /// Records handed out and not answered, deferred ones included.
    [[nodiscard]] std::size_t in_flight() const;

    /// A record whose completion token has not ended.
    struct DeferredRecord {
        WorkId work;
        RecordHandle record;
    };
    /// All of them, for a driver that takes care of them after the end. O(records).
    [[nodiscard]] std::vector<DeferredRecord> deferred() const;

    /// Records polled and not handed out, those held for a retry included.
    [[nodiscard]] std::size_t waiting() const;

    /// Every meter, with partitions by their number alone. O(records): for people, now and then.
    [[nodiscard]] Meters meters(Instant now) const;

    /// Throws ContractViolation unless every count equals what the records say. O(records); for
    /// tests and the simulator.
    void audit() const;

private:
    struct Stages;
    std::unique_ptr<Stages> stages_;
};

}  // namespace odradek
