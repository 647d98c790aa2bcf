// The process of one member on a real cluster; only a run starts it.

#include "scenarios/commands.h"
#include "scenarios/member_orders.h"
#include "scenarios/real_member.h"
#include "scenarios/scenario_file.h"
#include "scenarios/simulated_world.h"

#include <array>
#include <cerrno>
#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <unistd.h>

namespace odradek::scenarios {

namespace {

/// Obeys orders from standard input until it is told to stop, or until nobody is there any more.
class MemberProgram {
public:
    MemberProgram(const Scenario& scenario, RealMember& member)
        : scenario_(scenario)
        , member_(member) {}

    /// Joins as soon as a broker answers, then obeys.
    std::expected<void, Error> run() {
        while (!is_over_) {
            auto started = member_.start();
            if (started) break;
            // Brokers may be down because the scenario says so.
            if (started.error().code != Errc::broker_unreachable) return started;
            listen(0);
        }
        while (!is_over_) {
            constexpr int look_every_ms = 20;
            listen(look_every_ms);
            member_.look();
        }
        return {};
    }

private:
    void listen(int wait_ms) {
        pollfd waiting{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
        if (poll(&waiting, 1, wait_ms) <= 0) return;
        std::array<char, 512> buffer{};
        const ssize_t count = read(STDIN_FILENO, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) return;
        if (count <= 0) _exit(0);  // the run is gone: as if killed
        text_.append(buffer.data(), static_cast<std::size_t>(count));
        for (std::size_t end = text_.find('\n'); end != std::string::npos; end = text_.find('\n')) {
            const auto order = parse_order(std::string_view(text_).substr(0, end));
            text_.erase(0, end + 1);
            if (order) obey(*order);
        }
    }

    void obey(const MemberOrder& order) {
        using enum MemberOrder::Kind;
        switch (order.kind) {
            case pause:
                return member_.pause();
            case resume:
                return member_.resume();
            case usual_handler:
                return member_.set_handler(handler_spec(scenario_.handler));
            case slow_handler:
            case failing_handler: {
                sim::HandlerSpec spec = handler_spec(scenario_.handler);
                if (order.kind == slow_handler) {
                    spec.latency = sim::Distribution::fixed(order.span);
                } else {
                    spec.retry_chance = order.failures;
                }
                return member_.set_handler(spec);
            }
            case stop:
                is_over_ = true;
                return member_.stop({.finish = Finish::in_flight, .limit = order.span});
        }
    }

    const Scenario& scenario_;
    RealMember& member_;
    std::string text_;
    bool is_over_ = false;
};

}  // namespace

ExitCode member_command(std::span<const std::string> arguments) {
    std::string task_file;
    CLI::App app("one member of a run on a real cluster; a run starts it", "odradek chaos member");
    app.add_option("TASK", task_file, "file that says what to do")->required();
    if (const auto ended = parse_command_line(app, arguments)) return *ended;
    const auto task = read_member_task(task_file);
    if (!task) {
        report_error(task.error());
        return ExitCode::usage;
    }
    const auto scenario = load_scenario(task->scenario);
    if (!scenario) return report_mistakes(scenario.error());
    auto ledger = MemberLedger::create(task->ledger);
    if (!ledger) {
        report_error(ledger.error());
        return ExitCode::environment;
    }
    RealMember member(task->place, *scenario, std::move(*ledger));
    if (const auto ran = MemberProgram(*scenario, member).run(); !ran) {
        report_error(to_string(ran.error()));
        return ExitCode::environment;
    }
    return ExitCode::passed;
}

}  // namespace odradek::scenarios
