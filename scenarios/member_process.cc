#include "scenarios/member_process.h"

#include "odradek/contract.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

namespace odradek::scenarios {

namespace {

using Kind = TraceEvent::Kind;

constexpr auto death_limit = std::chrono::seconds{10};

Error failed(std::string what, std::int32_t number) {
    return {Errc::client_failed, std::move(what), "member " + std::to_string(number)};
}

/// The last line that the process printed, for people.
std::string last_words(const std::filesystem::path& log) {
    std::ifstream input(log);
    std::string last;
    for (std::string line; std::getline(input, line);) {
        if (!line.empty()) last = line;
    }
    return last.empty() ? "it said nothing" : last;
}

}  // namespace

MemberProcess::MemberProcess(MemberFiles files, RealMember::Place place, RealLedger& ledger)
    : files_(std::move(files))
    , place_(std::move(place))
    , ledger_(ledger) {}

MemberProcess::MemberProcess(MemberProcess&& other) noexcept
    : files_(std::move(other.files_))
    , place_(std::move(other.place_))
    , ledger_(other.ledger_)
    , life_(other.life_)
    , epochs_before_(other.epochs_before_)
    , epochs_(other.epochs_)
    , process_(std::exchange(other.process_, std::nullopt))
    , reader_(std::move(other.reader_))
    , orders_(std::exchange(other.orders_, -1))
    , is_frozen_(other.is_frozen_)
    , is_stopping_(other.is_stopping_)
    , starts_again_(other.starts_again_)
    , is_caught_up_(other.is_caught_up_)
    , contracts_(std::move(other.contracts_)) {}

MemberProcess::~MemberProcess() {
    if (process_) local_kafka::kill_and_wait(*process_, death_limit);
    if (orders_ >= 0) close(orders_);
}

std::filesystem::path MemberProcess::file(const char* ending) const {
    return files_.folder / fmt::format("member-{}-{}.{}", place_.number, life_, ending);
}

std::expected<void, Error> MemberProcess::start() {
    starts_again_ = is_stopping_;
    if (process_) return {};
    ++life_;
    const MemberTask task{.place = place_, .scenario = files_.scenario, .ledger = file("ledger")};
    if (auto written = write_member_task(file("json"), task); !written) {
        return std::unexpected(failed(std::move(written.error()), place_.number));
    }
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        return std::unexpected(failed("no pipe can be made", place_.number));
    }
    auto spawned = local_kafka::spawn(
        {.argv = {files_.program.string(), "member", file("json").string()},
         .log = file("log"),
         .lifetime = local_kafka::Lifetime::with_starter,
         .input = ends[0]},
        [](local_kafka::ProcessId) { return std::expected<void, std::string>{}; }
    );
    close(ends[0]);
    orders_ = ends[1];
    if (!spawned) return std::unexpected(failed(std::move(spawned.error()), place_.number));
    process_ = *spawned;
    epochs_before_ = epochs_;
    reader_.emplace(file("ledger"));
    is_frozen_ = is_stopping_ = is_caught_up_ = false;
    return {};
}

void MemberProcess::kill() {
    if (!process_) return;
    const bool is_gone = local_kafka::kill_and_wait(*process_, death_limit);
    expects(is_gone);  // nobody survives SIGKILL
    read();
    // Dated when it was dead for certain: what it wrote lies before.
    TraceEvent down{.kind = Kind::member_down, .member = place_.number};
    down.detail = "crashed";
    ledger_.write(std::move(down));
    forget_process();
}

void MemberProcess::freeze() {
    if (!process_ || is_frozen_) return;
    local_kafka::send_signal(*process_, SIGSTOP);
    is_frozen_ = true;
}

void MemberProcess::thaw() {
    if (!process_ || !is_frozen_) return;
    local_kafka::send_signal(*process_, SIGCONT);
    is_frozen_ = false;
}

void MemberProcess::stop(Duration limit) {
    starts_again_ = false;
    if (!process_ || is_stopping_) return;
    is_stopping_ = true;
    order({.kind = MemberOrder::Kind::stop, .span = limit});
}

void MemberProcess::order(const MemberOrder& order) {
    if (!process_) return;
    const std::string line = to_line(order) + "\n";
    // A process that has just ended reads nothing any more; tick() sees its end.
    static_cast<void>(!write(orders_, line.data(), line.size()));
}

void MemberProcess::tick() {
    if (!process_) return;
    const bool has_ended = !local_kafka::is_alive(*process_);
    read();
    if (!has_ended) return;
    if (!is_stopping_) {
        contracts_.push_back(fmt::format(
            "the process of member {} ended by itself: {}", place_.number, last_words(file("log"))
        ));
        TraceEvent down{.kind = Kind::member_down, .member = place_.number};
        down.detail = "crashed";
        ledger_.write(std::move(down));
    }
    forget_process();
    if (!std::exchange(starts_again_, false)) return;
    if (const auto started = start(); !started) contracts_.push_back(to_string(started.error()));
}

void MemberProcess::read() {
    for (LedgerEntry& entry : reader_->take_new()) {
        TraceEvent& event = entry.event;
        if (event.epoch.value() > 0) {
            event.epoch = Epoch{event.epoch.value() + epochs_before_};
            epochs_ = std::max(epochs_, event.epoch.value());
        }
        if (event.kind == Kind::note) {
            if (event.detail == member_notes::caught_up) is_caught_up_ = true;
            if (event.detail == member_notes::busy) is_caught_up_ = false;
            if (event.detail.starts_with(member_notes::contract)) {
                contracts_.push_back(event.detail.substr(member_notes::contract.size()));
            }
            if (event.detail == member_notes::caught_up || event.detail == member_notes::busy) {
                continue;
            }
        }
        ledger_.take(std::move(entry));
    }
}

void MemberProcess::forget_process() {
    process_.reset();
    close(orders_);
    orders_ = -1;
    is_frozen_ = is_stopping_ = false;
}

}  // namespace odradek::scenarios
