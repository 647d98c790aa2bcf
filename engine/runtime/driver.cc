#include "engine/runtime/driver.h"

#include "odradek/contract.h"

#include "engine/kafka/record_source.h"
#include "engine/runtime/invoke.h"
#include "engine/runtime/steady_clock.h"

#include <algorithm>
#include <span>
#include <utility>

#include <pthread.h>

namespace odradek {

namespace {

/// Records taken from the client in one turn: enough to spread the cost of a turn, few enough to
/// hand the first ones over soon.
constexpr std::size_t read_max = 2'000;

/// Longest sleep: the client must be polled to stay a member, and some of its state changes (the
/// end of a close) come without a wake-up.
constexpr Duration sleep_max = std::chrono::milliseconds{100};
constexpr Duration sleep_max_short = std::chrono::milliseconds{2};

/// How often the workers' desks are looked at.
constexpr Duration rescue_interval = std::chrono::milliseconds{1};

EngineOptions engine_options(EngineOptions options, const UserCode& code) {
    if (!code.batch_handler) options.batch_size = 1;
    // One owner turn's worth of work in front of the workers, so that none waits for the owner.
    options.queue_ahead = std::max<std::uint32_t>(options.queue_ahead, read_max);
    return options;
}

void run_batch(const BatchHandler& handler, std::span<const WorkItem> items, Answers& answers) {
    std::vector<Record> records;
    std::vector<RecordContext> contexts;
    records.reserve(items.size());
    contexts.reserve(items.size());
    for (const WorkItem& item : items) {
        records.push_back(kafka::record_of(item.record));
        contexts.push_back(
            {.record = records.back(),
             .attempt = item.attempt,
             .assignment = item.partition.epoch,
             .delivered_at = item.polled_at}
        );
    }
    invoke(handler, contexts, items, answers);
}

// The desk keeps the client alive, and with it the bytes of the records.
WorkerPool::Options pool_options(
    const ConsumerOptions& options, UserCode code, std::shared_ptr<CompletionDesk> desk
) {
    return {
        .threads = options.engine.concurrency_max,
        .run =
            [handler = std::move(code.handler),
             desk](const WorkItem& item, std::optional<Duration>& delay, std::string& reason) {
                const Record record = kafka::record_of(item.record);
                CompletionSource completion{desk, item};
                return invoke(
                    handler,
                    {.record = record,
                     .attempt = item.attempt,
                     .assignment = item.partition.epoch,
                     .delivered_at = item.polled_at,
                     .completion = &completion},
                    delay,
                    reason
                );
            },
        .run_batch =
            [handler = std::move(code.batch_handler),
             desk](std::span<const WorkItem> items, Answers& answers) {
                run_batch(handler, items, answers);
            },
        .release = &kafka::KafkaConsumer::release,
        .prefetch = &kafka::KafkaConsumer::prefetch,
        .executor = options.executor,
        .adopt = [desk](WorkId work, RecordHandle record) { desk->adopt(work, record); }};
}

}  // namespace

Driver::Driver(
    kafka::KafkaConsumer client,
    std::optional<DeadLetters> dead_letters,
    const ConsumerOptions& options,
    UserCode code
)
    : options_(options)
    , inbox_(std::make_shared<Inbox>())
    , client_(std::move(client))
    , dead_letters_(std::move(dead_letters))
    , engine_(engine_options(options.engine, code), steady_now())
    , desk_(
          std::make_shared<CompletionDesk>(inbox_, &kafka::KafkaConsumer::release, client_.client())
      )
    , pool_(std::make_unique<WorkerPool>(pool_options(options, std::move(code), desk_), inbox_))
    , calls_(std::make_unique<BlockingCalls>(inbox_)) {
    client_.wake_through(inbox_->file());
    if (dead_letters_) dead_letters_->wake_through(inbox_->file());
    thread_ = std::thread{[this] { run(); }};
    pthread_setname_np(thread_.native_handle(), "odradek-owner");
}

Driver::~Driver() {
    post(CloseRequested{{.finish = Finish::in_flight, .limit = Duration{0}}});
    thread_.join();
}

void Driver::run() {
    owner_ = std::this_thread::get_id();
    try {
        if (const auto joined = client_.subscribe(options_.topics); !joined) {
            handle(ClientFailed{joined.error()});
            perform();
        }
        run_turns();
        pool_.reset();
        leave_open_records();
    } catch (const ContractViolation& violation) {
        // Nothing more is committed: what the engine believes can no longer be trusted.
        client_.close();
        while (!client_.is_closed()) {
            client_.serve([&](const Event& event) {
                if (const auto* revoked = std::get_if<PartitionsRevoked>(&event)) {
                    client_.complete_revoke({revoked->partitions});
                } else if (const auto* lost = std::get_if<PartitionsLost>(&event)) {
                    client_.complete_revoke({lost->partitions});
                }
            });
            inbox_->wait(steady_now(), steady_now() + sleep_max_short);
        }
        end(Error{.code = Errc::contract, .what = violation.what(), .where = "engine"});
    }
    pool_.reset();
    calls_.reset();
}

// What came in after the last turn is answered to nobody, but its records must be freed; those of
// open tokens when these end.
void Driver::leave_open_records() {
    if (inbox_->take(answers_, events_)) {
        engine_.handle(
            WorkFinished{.finished = answers_.finished, .reasons = {}}, steady_now(), effects_
        );
        engine_.handle(
            TokensFinished{.tokens = answers_.tokens, .reasons = {}}, steady_now(), effects_
        );
        for (const FinishedToken& token : answers_.tokens) {
            if (const auto record = pinned_.unpin(token.work)) client_.release(*record);
        }
        for (const RecordHandle record : std::exchange(effects_, {}).released) {
            if (!pinned_.keep(record)) client_.release(record);
        }
    }
    for (const Engine::DeferredRecord& open : engine_.deferred()) {
        pinned_.pin(open.work, open.record);
        static_cast<void>(pinned_.keep(open.record));
    }
    desk_->end(std::move(pinned_));
}

void Driver::run_turns() {
    while (!has_ended_) {
        const bool is_busy = turn();
        if (now_ - rescued_at_ >= rescue_interval) {
            has_laden_workers_ = pool_->rescue(now_);
            rescued_at_ = now_;
        }
        if (is_busy) continue;
        const bool sleeps_short = has_left_ || has_laden_workers_;
        const Instant limit = now_ + (sleeps_short ? sleep_max_short : sleep_max);
        inbox_->wait(now_, std::min(engine_.next_deadline().value_or(limit), limit));
    }
}

bool Driver::turn() {
    now_ = steady_now();
    bool is_busy = false;
    if (inbox_->take(answers_, events_)) {
        is_busy = true;
        if (!answers_.finished.empty()) {
            live_.finished += answers_.finished.size();
            handle(WorkFinished{.finished = answers_.finished, .reasons = answers_.reasons});
        }
        if (!answers_.tokens.empty()) take_tokens();
        for (const Event& event : events_) {
            handle(event);
        }
    }
    client_.serve([&](const Event& event) {
        is_busy = true;
        handle(event);
        perform();
    });
    if (dead_letters_) {
        dead_letters_->serve([&](const Event& event) {
            is_busy = true;
            handle(event);
        });
    }
    const std::size_t budget = std::min(engine_.read_budget(), read_max);
    if (budget > 0) {
        const std::size_t count = client_.read(budget, [&](const RecordsPolled& polled) {
            live_.polled += polled.records.size();  // not `count`: ends of partitions are in it
            handle(polled);
        });
        if (options_.engine.ordering == Ordering::virtual_partition) tell_lane_failures();
        is_busy = is_busy || count > 0;
    }
    if (const auto deadline = engine_.next_deadline(); deadline && *deadline <= now_) {
        handle(TimePassed{});
    }
    if (has_left_ && client_.is_closed()) handle(ClientClosed{});
    perform();
    publish_status();
    return is_busy;
}

void Driver::take_tokens() {
    handle(TokensFinished{.tokens = answers_.tokens, .reasons = answers_.token_reasons});
    if (pinned_.is_empty()) return;
    for (const FinishedToken& token : answers_.tokens) {
        if (token.end == TokenEnd::finished_again) continue;
        if (const auto record = pinned_.unpin(token.work)) client_.release(*record);
    }
}

void Driver::handle(const Event& event) {
    if (has_ended_) return;
    observe(event);
    const std::size_t made = effects_.others.size();
    const Instant began = steady_now();
    engine_.handle(event, now_, effects_);
    const auto is_commit = [](const Effect& effect) {
        return std::holds_alternative<CommitOffsets>(effect);
    };
    const auto made_here = std::span{effects_.others}.subspan(made);
    if (std::ranges::any_of(made_here, is_commit)) encoding_.observe(steady_now() - began);
}

void Driver::perform() {
    while (!effects_.is_empty()) {
        std::swap(effects_, performed_);  // what follows may ask for more
        has_laden_workers_ = has_laden_workers_ || !performed_.work.empty();
        pool_->start(performed_.work);
        for (const Effect& effect : performed_.others) {
            perform_one(effect);
        }
        if (!pinned_.is_empty()) keep_pinned(performed_.released);
        kafka::KafkaConsumer::release_all(performed_.released);
        performed_.clear();
    }
}

/// Takes out what an expired token may still read; it is freed when that token ends.
void Driver::keep_pinned(std::vector<RecordHandle>& released) {
    std::erase_if(released, [this](RecordHandle record) { return pinned_.keep(record); });
}

void Driver::perform_one(const Effect& effect) {
    if (const auto* fetch = std::get_if<FetchCommitted>(&effect)) {
        calls_->start([call = client_.fetch_committed(*fetch)] { return Event{call()}; });
    } else if (const auto* assign = std::get_if<CompleteAssign>(&effect)) {
        client_.complete_assign(*assign);
        live_.has_assignment = true;
    } else if (const auto* revoke = std::get_if<CompleteRevoke>(&effect)) {
        for (const PartitionIndex partition : revoke->partitions) {
            stuck_.erase(partition);
        }
        // Told first: from the call on, somebody else may own them.
        if (options_.listener.on_revoked) options_.listener.on_revoked(names(revoke->partitions));
        client_.complete_revoke(*revoke);
        live_.has_assignment = false;  // the next one follows
    } else if (const auto* pause = std::get_if<PausePartitions>(&effect)) {
        client_.pause(pause->partitions);
    } else if (const auto* resume = std::get_if<ResumePartitions>(&effect)) {
        client_.resume(resume->partitions);
    } else if (const auto* commit = std::get_if<CommitOffsets>(&effect)) {
        sent_commit_ = *commit;
        client_.commit(*commit, [this](const Event& event) { handle(event); });
    } else if (const auto* recall = std::get_if<RecallWork>(&effect)) {
        pool_->recall(recall->partitions);
    } else if (std::holds_alternative<LeaveGroup>(effect)) {
        has_left_ = true;
        client_.close();
    } else if (const auto* closed = std::get_if<Closed>(&effect)) {
        end(closed->cause);
    } else if (const auto* notice = std::get_if<Notice>(&effect)) {
        notify(*notice);
    } else if (const auto* expired = std::get_if<TokenExpired>(&effect)) {
        pinned_.pin(expired->work, expired->record);
    } else if (const auto* letter = std::get_if<DeadLetter>(&effect)) {
        expects(dead_letters_.has_value());
        dead_letters_->send(*letter, [this](const Event& event) { handle(event); });
    }
}

void Driver::tell_lane_failures() {
    const kafka::KafkaConsumer::LaneFailures failures = client_.take_lane_failures();
    if (failures.count == 0) return;
    live_.partitioner_failures += failures.count;
    if (!options_.listener.on_notice) return;
    const bool is_one = failures.count == 1;
    options_.listener.on_notice(
        {.kind = "partitioner_failed",
         .partition = client_.partitions()[*failures.partition].name,
         .offset = failures.offset,
         .text = is_one ? failures.why
                        : failures.why + " (first of " + std::to_string(failures.count) + ")"}
    );
}

void Driver::end(std::optional<Error> cause) {
    has_ended_ = true;
    {
        const std::lock_guard lock{mutex_};
        status_.is_closed = true;
        status_.cause = std::move(cause);
        meters_ = collect_meters();
        meters_.state = "closed";
    }
    has_meters_.notify_all();
    closed_.notify_all();
}

bool Driver::wait_until_closed(Duration limit) {
    std::unique_lock lock{mutex_};
    return closed_.wait_for(lock, limit, [this] { return status_.is_closed; });
}

}  // namespace odradek
