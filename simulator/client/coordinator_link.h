#pragma once

#include "simulator/client/client_context.h"

#include <functional>
#include <vector>

namespace odradek::sim {

/// Finds the group's coordinator and keeps the one connection to it that all group requests share
/// (BM-2).
class CoordinatorLink {
public:
    explicit CoordinatorLink(const ClientContext& context);

    [[nodiscard]] bool is_known() const { return broker_ != no_broker; }

    /// Runs `ready` as soon as a coordinator is known, at once if it is.
    void when_known(std::function<void()> ready);

    /// Sends to the coordinator, which must be known.
    void call(Request request, Duration timeout, OnAnswer on_answer);

    /// The coordinator is not the coordinator any more, or cannot be reached: ask again.
    void forget();

    void break_off() { channels_.break_all(); }

private:
    void ask();
    void asked(Answer answer);
    void ask_later();

    const ClientContext& context_;
    Channels channels_;   ///< for group requests
    Channels questions_;  ///< for FindCoordinator
    BrokerNumber broker_ = no_broker;
    BrokerNumber next_to_ask_ = 0;
    bool asking_ = false;
    std::vector<std::function<void()>> waiting_;
};

/// True for the errors after which the coordinator must be looked for again.
[[nodiscard]] bool means_other_coordinator(KafkaError error);

}  // namespace odradek::sim
