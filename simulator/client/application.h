#pragma once

#include "odradek/options.h"

#include "engine/base/lane_chooser.h"
#include "simulator/client/client_context.h"
#include "simulator/client/consumer.h"
#include "simulator/client/handler_model.h"
#include "simulator/client/ledger.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace odradek::sim {

/// Virtual time that one turn of the member's owner loop takes. Zero: thinking is free.
struct CostModel {
    Duration per_turn{};
    Duration per_record{};  ///< for each record polled, each handed out and each answered
};

/// What a consumer process has. All of it outlives the application, which lives as long as one life
/// of the process.
struct ApplicationContext {
    const ClientContext& client;
    const EngineOptions& engine;
    LaneCode lanes{};
    CostModel cost{};
    Consumer& consumer;
    Ledger& ledger;

    /// How the user's code behaves from now on; asked again for every run.
    std::function<const HandlerModel&()> handler{};

    /// Number of the next assignment; grows over all lives of the process.
    std::function<Epoch()> next_epoch{};

    /// The application has ended by itself; the process ends with it.
    std::function<void(const std::string& how)> ended{};

    /// A contract was broken: the run is red.
    std::function<void(const std::string& what)> broken{};
};

/// What runs in a consumer process: the engine under its host, or a baseline.
class Application {
public:
    Application() = default;
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;
    virtual ~Application() = default;

    virtual void start() = 0;

    /// Ends in its own time; calls ApplicationContext::ended.
    virtual void close(const CloseOptions& options) = 0;

    virtual void pause() {}
    virtual void resume() {}
    virtual void request_commit() {}

    /// Handlers that run now.
    [[nodiscard]] virtual std::size_t running() const = 0;

    /// One line for World::pending().
    [[nodiscard]] virtual std::string describe() const = 0;
};

}  // namespace odradek::sim
