#include "scenarios/sweep.h"

#include "odradek/contract.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>

#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace odradek::scenarios {

namespace {

using Json = nlohmann::json;

/// "begin" or a result, one line of the pipe between a worker and its parent.
std::string line_of(const SweepResult& result) {
    const Json json{
        {"item", result.item},
        {"kind", static_cast<int>(result.kind)},
        {"guarantees", result.guarantees},
        {"why", result.why},
        {"virtual_ns", result.virtual_time.count()},
        {"wall_ns", result.wall_time.count()},
        {"records", result.records},
        {"faults", result.faults},
        {"members", result.members},
        {"handled", result.handled},
        {"replayed", result.replayed},
        {"probes", result.probes},
    };
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

SweepResult result_of(const Json& json) {
    return {
        .item = json.at("item"),
        .kind = static_cast<Verdict::Kind>(json.at("kind").get<int>()),
        .guarantees = json.at("guarantees"),
        .why = json.at("why"),
        .virtual_time = Duration{json.at("virtual_ns").get<Duration::rep>()},
        .wall_time = Duration{json.at("wall_ns").get<Duration::rep>()},
        .records = json.at("records"),
        .faults = json.at("faults"),
        .members = json.at("members"),
        .handled = json.at("handled"),
        .replayed = json.at("replayed"),
        .probes = json.at("probes"),
    };
}

SweepResult result_of(std::size_t item, const RunReport& report, Duration wall_time) {
    SweepResult result{
        .item = item,
        .kind = report.verdict.kind,
        .guarantees = {},
        .why = report.verdict.why,
        .virtual_time = report.lasted,
        .wall_time = wall_time,
        .records = report.records,
        .faults = report.faults,
        .members = report.members,
        .handled = report.handled,
        .replayed = report.replayed,
        .probes = report.probes,
    };
    for (const sim::Violation& violation : report.verdict.violations) {
        if (std::ranges::find(result.guarantees, violation.guarantee) == result.guarantees.end()) {
            result.guarantees.push_back(violation.guarantee);
        }
    }
    return result;
}

void write_all(int pipe, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(pipe, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) _exit(1);  // nobody listens any more
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// A child process with its share of the items and the pipe it answers on.
struct Worker {
    pid_t process = -1;
    int pipe = -1;
    std::vector<std::size_t> share;  ///< not yet answered, in order
    std::string unread;
};

/// Deals the items to processes and collects their answers.
class Sweep {
public:
    Sweep(
        const std::vector<Scenario>& scenarios,
        const std::vector<SweepItem>& items,
        const SweepRun& run,
        const SweepOptions& options
    )
        : scenarios_(scenarios)
        , items_(items)
        , run_(run)
        , options_(options) {
        expects(options.jobs > 0);
    }

    std::vector<SweepResult> collect() {
        workers_.resize(std::min(options_.jobs, items_.size()));
        for (std::size_t item = 0; item < items_.size(); ++item) {
            workers_[item % workers_.size()].share.push_back(item);
        }
        for (Worker& worker : workers_) {
            start(worker);
        }
        while (std::ranges::any_of(workers_, [](const Worker& worker) { return worker.pipe >= 0; })
        ) {
            listen();
        }
        std::ranges::sort(results_, {}, &SweepResult::item);
        return std::move(results_);
    }

private:
    void start(Worker& worker) {
        std::array<int, 2> ends{};
        expects(pipe(ends.data()) == 0);
        worker.process = fork();
        expects(worker.process >= 0);
        if (worker.process == 0) {
            close(ends[0]);
            work(worker.share, ends[1]);
            _exit(0);
        }
        close(ends[1]);
        worker.pipe = ends[0];
        worker.unread.clear();
    }

    void work(const std::vector<std::size_t>& share, int pipe) const {
        for (const std::size_t item : share) {
            const SweepItem& what = items_[item];
            const auto before = std::chrono::steady_clock::now();
            const RunReport report =
                run_(scenarios_[what.scenario], {.seed = what.seed, .keep_trace = false});
            const auto took = std::chrono::steady_clock::now() - before;
            write_all(pipe, line_of(result_of(item, report, took)));
        }
    }

    void listen() {
        std::vector<pollfd> waiting;
        for (const Worker& worker : workers_) {
            waiting.push_back({.fd = worker.pipe, .events = POLLIN, .revents = 0});
        }
        if (poll(waiting.data(), waiting.size(), -1) <= 0) return;
        for (std::size_t index = 0; index < workers_.size(); ++index) {
            if (waiting[index].revents != 0) take_from(workers_[index]);
        }
    }

    void take_from(Worker& worker) {
        std::array<char, 16384> buffer{};
        const ssize_t count = read(worker.pipe, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) return;
        if (count <= 0) {
            end(worker);
            return;
        }
        worker.unread.append(buffer.data(), static_cast<std::size_t>(count));
        std::size_t begin = 0;
        for (std::size_t end = worker.unread.find('\n'); end != std::string::npos;
             end = worker.unread.find('\n', begin)) {
            const std::string_view line(worker.unread.data() + begin, end - begin);
            worker.share.erase(worker.share.begin());
            take(result_of(Json::parse(line)));
            begin = end + 1;
        }
        worker.unread.erase(0, begin);
    }

    void take(SweepResult result) {
        results_.push_back(std::move(result));
        if (options_.progress) options_.progress(results_.back(), results_.size());
    }

    // A worker answers in the order of its share: what it died in is the first one open.
    void end(Worker& worker) {
        close(worker.pipe);
        worker.pipe = -1;
        int status = 0;
        waitpid(worker.process, &status, 0);
        if (worker.share.empty()) return;
        std::string why = "the process of the run ended";
        if (WIFSIGNALED(status)) why += " by signal " + std::to_string(WTERMSIG(status));
        const std::size_t item = worker.share.front();
        worker.share.erase(worker.share.begin());
        take({.item = item, .kind = Verdict::Kind::contract, .guarantees = {}, .why = why});
        if (!worker.share.empty()) start(worker);
    }

    const std::vector<Scenario>& scenarios_;
    const std::vector<SweepItem>& items_;
    const SweepRun& run_;
    const SweepOptions& options_;
    std::vector<Worker> workers_;
    std::vector<SweepResult> results_;
};

}  // namespace

std::vector<SweepResult> sweep(
    const std::vector<Scenario>& scenarios,
    const std::vector<SweepItem>& items,
    const SweepRun& run,
    const SweepOptions& options
) {
    if (items.empty()) return {};
    return Sweep(scenarios, items, run, options).collect();
}

}  // namespace odradek::scenarios
