#include "simulator/client/workers.h"

#include "odradek/contract.h"

#include <algorithm>
#include <span>
#include <utility>

namespace odradek::sim {

Workers::Workers(const ClientContext& context, Ledger& ledger, std::size_t count, Hooks hooks)
    : context_(context)
    , ledger_(ledger)
    , hooks_(std::move(hooks))
    , workers_(count) {
    expects(count > 0);
    for (std::size_t worker = count; worker > 0; --worker)
        idle_.push_back(worker - 1);
}

void Workers::submit(const Job& job) {
    queue_.push_back(job);
}

void Workers::start_idle() {
    while (!queue_.empty() && !idle_.empty()) {
        const std::size_t worker = idle_.back();
        idle_.pop_back();
        go_on(worker);
    }
    if (!results_.empty()) hooks_.finished();
}

bool Workers::take_run(Worker& worker) {
    worker.run.clear();
    worker.next = 0;
    worker.answers.clear();
    if (queue_.empty()) return false;
    do {
        worker.run.push_back(queue_.front());
        queue_.pop_front();
    } while (!queue_.empty() && queue_.front().continues_run);
    return true;
}

void Workers::go_on(std::size_t index) {
    Worker& worker = workers_[index];
    for (;;) {
        if (worker.next == worker.run.size() && !take_run(worker)) {
            idle_.push_back(index);
            return;
        }
        const Duration latency = start_call(worker);
        if (latency > Duration::zero()) {
            context_.scheduler().after(latency, context_.process, [this, index] {
                finish_call(workers_[index]);
                go_on(index);
                hooks_.finished();
            });
            return;
        }
        finish_call(worker);
    }
}

Duration Workers::start_call(Worker& worker) {
    const auto left = std::span{worker.run}.subspan(worker.next);
    const bool is_batch = left.front().is_batch;
    const auto jobs = is_batch ? left : left.first(1);
    if (is_batch) ++batches_;
    runs_.clear();
    for (Job& job : jobs) {
        HandledRecord& what = job.what;
        if (is_batch) what.batch = batches_;
        ledger_.started(what);
        const Partition& place = ledger_.partition(what.partition);
        runs_.push_back(
            {.topic = place.topic,
             .partition = place.id,
             .offset = what.record->offset,
             .attempt = what.attempt,
             .key = what.record->key_text(),
             .has_key = what.record->has_key()}
        );
    }
    worker.started_at = context_.now();
    if (is_batch) {
        worker.answers = hooks_.handler().run_batch(runs_, hooks_.ordering);
    } else {
        worker.answers.assign(1, hooks_.handler().run(runs_.front()));
    }
    return std::ranges::max(worker.answers, {}, &HandlerAnswer::latency).latency;
}

void Workers::finish_call(Worker& worker) {
    bool all_done = true;
    for (const HandlerAnswer& answer : worker.answers) {
        const Job& job = worker.run[worker.next++];
        const bool is_deferred = answer.is_deferred && !job.is_batch;
        const WorkResult result = is_deferred ? WorkResult::deferred : answer.result;
        if (is_deferred)
            defer(job, answer);
        else
            ledger_.finished(job.what, result);
        results_.push_back(
            {job.tag, result, answer.retry_delay, context_.now() - worker.started_at}
        );
        all_done = all_done && result == WorkResult::done;
    }
    if (all_done) return;
    while (worker.next < worker.run.size())
        give_back(worker.run[worker.next++]);
}

void Workers::defer(const Job& job, const HandlerAnswer& answer) {
    open_[job.tag] = {.what = job.what, .answer = answer};
    if (answer.token_latency == Duration::zero()) {
        end_token(job.tag);
        return;
    }
    context_.scheduler().after(answer.token_latency, context_.process, [this, tag = job.tag] {
        end_token(tag);
        hooks_.finished();
    });
}

void Workers::end_token(std::uint64_t tag) {
    const OpenToken token = open_.extract(tag).mapped();
    const bool leaks = token.answer.leaks;
    const WorkResult result = leaks ? WorkResult::retry : token.answer.result;
    if (!token.is_expired) ledger_.finished(token.what, result);
    tokens_.push_back(
        {.tag = tag,
         .what = token.what,
         .end = leaks ? TokenEnd::destroyed : TokenEnd::finished,
         .result = result,
         .retry_delay = token.answer.retry_delay}
    );
    if (leaks || !token.answer.doubles) return;
    tokens_.push_back({.tag = tag, .what = token.what, .end = TokenEnd::finished_again});
}

void Workers::expire(std::uint64_t tag) {
    OpenToken& token = open_.at(tag);
    expects(!token.is_expired);
    token.is_expired = true;
    ledger_.finished(token.what, WorkResult::retry);
}

void Workers::take_tokens(std::vector<TokenResult>& tokens) {
    tokens.clear();
    std::swap(tokens, tokens_);
}

void Workers::give_back(const Job& job) {
    results_.push_back({job.tag, WorkResult::unstarted, std::nullopt, Duration::zero()});
}

void Workers::recall(const std::function<bool(const HandledRecord&)>& is_recalled) {
    std::deque<Job> kept;
    bool keeps_run = true;  // whether the head of the present run stays
    for (Job& job : queue_) {
        const bool recalled = is_recalled(job.what);
        if (recalled)
            give_back(job);
        else {
            if (!keeps_run && job.continues_run) job.continues_run = false;
            kept.push_back(job);
        }
        keeps_run = !recalled;
    }
    queue_ = std::move(kept);
    for (Worker& worker : workers_) {
        // A run is of one lane, so of one partition: what has not begun goes as a whole.
        const std::size_t called = std::max<std::size_t>(worker.answers.size(), 1);
        const std::size_t first = std::min(worker.next + called, worker.run.size());
        if (first == worker.run.size() || !is_recalled(worker.run[first].what)) continue;
        for (std::size_t i = first; i < worker.run.size(); ++i)
            give_back(worker.run[i]);
        worker.run.resize(first);
    }
    if (!results_.empty()) hooks_.finished();
}

void Workers::take_results(std::vector<JobResult>& results) {
    results.clear();
    std::swap(results, results_);
}

}  // namespace odradek::sim
