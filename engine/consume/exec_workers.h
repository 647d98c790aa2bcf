#pragma once

#include "odradek/clock.h"
#include "odradek/outcome.h"
#include "odradek/record.h"

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace odradek::consume {

/// The handler of `--exec`: long-lived workers, one record at a time each. As many run as records
/// are in work at once; a record takes the worker that was free last.
///
/// A worker that dies, gives no answer in time or answers what nobody can read fails its record
/// with a retry, is killed and replaced. While workers end without having answered anything, the
/// next one starts after a growing pause.
class ExecWorkers {
public:
    struct Options {
        std::string command;                             ///< for sh -c
        Duration answer_within;                          ///< zero: without limit
        std::function<void(const std::string&)> report;  ///< a line for a person; any thread
    };

    /// Starts a first worker. Error: it cannot be run (not found, not executable).
    [[nodiscard]] static std::expected<ExecWorkers, std::string> open(Options options);

    ExecWorkers(ExecWorkers&&) noexcept;
    ExecWorkers& operator=(ExecWorkers&&) noexcept;
    ~ExecWorkers();

    /// The handler; any thread, blocks until the record is answered.
    [[nodiscard]] Outcome run(const RecordContext& context);

    /// Turns away what comes and what waits, lets idle workers end by themselves (their input is
    /// closed), at most for `limit`, and kills the rest.
    void stop(Duration limit);

private:
    struct State;
    explicit ExecWorkers(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace odradek::consume
