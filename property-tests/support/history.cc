#include "property-tests/support/history.h"

#include <array>
#include <ostream>

namespace odradek {

namespace {

using namespace std::chrono_literals;
using Kind = Command::Kind;

constexpr std::array kind_names{
    "poll",
    "poll_again",
    "poll_late",
    "done",
    "done_then_not",
    "give_back",
    "letter",
    "assign",
    "fetched",
    "revoke",
    "lose",
    "land",
    "answer",
    "wait",
    "pause",
    "resume",
    "commit",
    "close"};

rc::Gen<Command> any_command() {
    // Work and polls most often; what turns the world over is rarer.
    return rc::gen::build<Command>(
        rc::gen::set(
            &Command::kind,
            rc::gen::weightedElement<Kind>(
                {{18, Kind::poll},
                 {1, Kind::poll_again},
                 {1, Kind::poll_late},
                 {18, Kind::done},
                 {10, Kind::done_then_not},
                 {4, Kind::give_back},
                 {4, Kind::letter},
                 {14, Kind::assign},
                 {14, Kind::fetched},
                 {5, Kind::revoke},
                 {3, Kind::lose},
                 {3, Kind::land},
                 {9, Kind::answer},
                 {9, Kind::wait},
                 {1, Kind::pause},
                 {2, Kind::resume},
                 {6, Kind::commit},
                 {2, Kind::close}}
            )
        ),
        rc::gen::set(&Command::which, rc::gen::inRange(0U, 8U)),
        rc::gen::set(&Command::count, rc::gen::inRange(1U, 9U)),
        rc::gen::set(&Command::how, rc::gen::inRange(0U, 8U))
    );
}

rc::Gen<EngineOptions> any_options(std::optional<Ordering> ordering) {
    const auto orderings = ordering ? rc::gen::just(*ordering)
                                    : rc::gen::element(
                                          Ordering::unordered,
                                          Ordering::partition,
                                          Ordering::key,
                                          Ordering::virtual_partition
                                      );
    return rc::gen::apply(
        [](Ordering order,
           NullKeys null_keys,
           std::array<std::uint32_t, 4> sizes,
           AfterLastAttempt then,
           MapFormat format,
           std::size_t records_max) {
            EngineOptions options{.ordering = order, .null_keys = null_keys};
            options.concurrency_max = 1 + sizes[0];
            options.queue_ahead = sizes[1];
            options.run_max = 1 + 3 * sizes[2];
            options.retry = {.delay = 1s, .attempts_max = sizes[3], .then = then};
            options.commit.offset_map = format;
            options.buffer.partition_records_max = 12;
            options.buffer.records_max = records_max;
            return options;
        },
        orderings,
        rc::gen::element(NullKeys::one_lane, NullKeys::unordered),
        rc::gen::container<std::array<std::uint32_t, 4>>(rc::gen::inRange(0U, 4U)),
        rc::gen::element(
            AfterLastAttempt::skip, AfterLastAttempt::dead_letter, AfterLastAttempt::stop
        ),
        rc::gen::element(MapFormat::odradek, MapFormat::confluent, MapFormat::none),
        rc::gen::element<std::size_t>(20'000, 30, 12)
    );
}

}  // namespace

std::optional<std::uint32_t> History::lane(std::uint32_t partition, std::int64_t offset) const {
    const std::uint32_t own = key(partition, offset);
    switch (options.ordering) {
        case Ordering::unordered:
            return std::nullopt;
        case Ordering::partition:
            return 0;
        case Ordering::virtual_partition:
            return own % 3;
        case Ordering::key:
            break;
    }
    if (own == null_key && options.null_keys == NullKeys::unordered) return std::nullopt;
    return own;
}

rc::Gen<History> any_history(std::optional<Ordering> ordering) {
    return rc::gen::build<History>(
        rc::gen::set(&History::options, any_options(ordering)),
        rc::gen::set(&History::is_fast, rc::gen::arbitrary<bool>()),
        rc::gen::set(
            &History::keys,
            rc::gen::nonEmpty(
                rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(0U, 6U))
            )
        ),
        rc::gen::set(
            &History::holes,
            rc::gen::map(
                rc::gen::container<std::vector<bool>>(
                    rc::gen::weightedElement<bool>({{7, false}, {1, true}})
                ),
                [](std::vector<bool> holes) {
                    holes.push_back(false);  // some offset exists
                    return holes;
                }
            )
        ),
        rc::gen::set(
            &History::commands,
            rc::gen::scale(3.0, rc::gen::container<std::vector<Command>>(any_command()))
        )
    );
}

rc::Gen<History> any_history_of_batches(std::optional<Ordering> ordering) {
    return rc::gen::apply(
        [](History history, std::uint32_t size, std::int64_t latency_s) {
            history.options.batch_size = size;
            history.options.batch_latency = latency_s * 1s;
            return history;
        },
        any_history(ordering),
        rc::gen::inRange(2U, 9U),
        rc::gen::element<std::int64_t>(0, 0, 1, 3)
    );
}

void showValue(const Command& command, std::ostream& out) {
    out << kind_names.at(static_cast<std::size_t>(command.kind)) << " which=" << command.which
        << " count=" << command.count << " how=" << command.how;
}

void showValue(const History& history, std::ostream& out) {
    const EngineOptions& options = history.options;
    static constexpr std::array orderings{"unordered", "partition", "key", "virtual_partition"};
    static constexpr std::array endings{"stop", "skip", "dead_letter"};
    static constexpr std::array formats{"odradek", "confluent", "none"};
    const bool is_one_lane = options.null_keys == NullKeys::one_lane;
    out << "ordering " << orderings.at(static_cast<std::size_t>(options.ordering)) << ", null keys "
        << (is_one_lane ? "one_lane" : "unordered") << ", concurrency " << options.concurrency_max
        << ", batch_size " << options.batch_size << ", batch_latency " << options.batch_latency / 1s
        << "s, queue ahead " << options.queue_ahead << ", run_max " << options.run_max
        << ", attempts_max " << options.retry.attempts_max << ", then "
        << endings.at(static_cast<std::size_t>(options.retry.then)) << ", map "
        << formats.at(static_cast<std::size_t>(options.commit.offset_map)) << ", buffer "
        << options.buffer.records_max << ", handlers " << (history.is_fast ? "fast" : "slow")
        << "\nkeys";
    for (const std::uint32_t key : history.keys) {
        out << ' ' << key;
    }
    out << "\nholes";
    for (const bool hole : history.holes) {
        out << ' ' << hole;
    }
    for (const Command& command : history.commands) {
        out << "\n  ";
        showValue(command, out);
    }
    out << '\n';
}

}  // namespace odradek
