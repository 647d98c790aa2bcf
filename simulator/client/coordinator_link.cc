#include "simulator/client/coordinator_link.h"

#include "odradek/contract.h"

#include <utility>
#include <variant>

namespace odradek::sim {
namespace {

constexpr Duration ask_again_after = std::chrono::milliseconds{500};  // BM-13

}  // namespace

bool means_other_coordinator(KafkaError error) {
    return error == KafkaError::not_coordinator || error == KafkaError::coordinator_not_available ||
           error == KafkaError::client_transport || error == KafkaError::client_timed_out;
}

CoordinatorLink::CoordinatorLink(const ClientContext& context)
    : context_(context)
    , channels_(context)
    , questions_(context)
    , next_to_ask_(context.member % context.cluster.broker_count()) {}

void CoordinatorLink::when_known(std::function<void()> ready) {
    if (is_known()) return ready();
    waiting_.push_back(std::move(ready));
    ask();
}

void CoordinatorLink::call(Request request, Duration timeout, OnAnswer on_answer) {
    expects(is_known());
    channels_.to(broker_).call(
        std::move(request), context_.of_own_clock(timeout), std::move(on_answer)
    );
}

void CoordinatorLink::forget() {
    broker_ = no_broker;
    ask();
}

void CoordinatorLink::ask() {
    if (asking_) return;
    asking_ = true;
    const BrokerNumber broker = next_to_ask_;
    next_to_ask_ = (next_to_ask_ + 1) % context_.cluster.broker_count();
    questions_.to(broker).call(
        FindCoordinatorRequest{context_.group},
        context_.of_own_clock(context_.options.request_timeout),
        [this](Answer answer) { asked(std::move(answer)); }
    );
}

void CoordinatorLink::asked(Answer answer) {
    if (!answer.has_value()) return ask_later();
    const auto& found = std::get<FindCoordinatorResponse>(*answer);
    if (found.error != KafkaError::none) return ask_later();
    asking_ = false;
    broker_ = found.broker;
    for (const auto& ready : std::exchange(waiting_, {})) {
        if (is_known())
            ready();
        else
            waiting_.push_back(ready);
    }
}

void CoordinatorLink::ask_later() {
    context_.after(ask_again_after, [this] {
        asking_ = false;
        ask();
    });
}

}  // namespace odradek::sim
