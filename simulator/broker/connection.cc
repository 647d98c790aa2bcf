#include "simulator/broker/connection.h"

#include "odradek/contract.h"

#include <algorithm>
#include <utility>

namespace odradek::sim {

void Reply::operator()(Response response) const {
    connection_->respond(request_, std::move(response));
}

Connection::Connection(Network& network, NodeId client, Server& server)
    : network_(network)
    , client_(client)
    , server_(server) {
    // The handshake: nothing arrives before one round trip has passed.
    const NodeId broker = server.node();
    last_up_ = network_.arrival(broker, client_, network_.arrival(client_, broker, Instant{}));
}

void Connection::call(Request request, RequestFate fate, Instant give_up_at, OnAnswer on_answer) {
    expects(state_ == State::open);
    const std::uint64_t id = first_ + exchanges_.size();
    exchanges_.push_back(
        {.request = std::move(request),
         .response = {},
         .on_answer = std::move(on_answer),
         .fate = fate,
         .give_up_at = give_up_at}
    );
    last_up_ = network_.arrival(client_, server_.node(), last_up_);
    network_.scheduler().at(
        last_up_,
        network_.process_of(server_.node()),
        [self = shared_from_this(), id] { self->arrived(id); }
    );
    watch_timeouts();
}

void Connection::arrived(std::uint64_t id) {
    if (state_ == State::broken) return;
    if (exchange(id).fate.kind == RequestFate::Kind::break_before || !server_.is_up()) {
        break_off();
        return;
    }
    arrived_end_ = id + 1;
    if (!busy_) serve_next();
}

void Connection::serve_next() {
    if (next_to_serve_ == arrived_end_ || state_ == State::broken) return;
    busy_ = true;
    const std::uint64_t id = next_to_serve_++;
    server_.receive(std::move(exchange(id).request), Reply{shared_from_this(), id});
}

void Connection::respond(std::uint64_t id, Response response) {
    if (state_ == State::broken || id < first_ || exchange(id).answered) return;
    Exchange& served = exchange(id);
    served.answered = true;
    served.response = std::move(response);
    busy_ = false;
    if (served.fate.kind == RequestFate::Kind::break_after) {
        break_off();
        return;
    }
    if (served.fate.kind == RequestFate::Kind::swallow_answer) silent_ = true;
    Scheduler& scheduler = network_.scheduler();
    if (!silent_ && state_ == State::open) {
        last_down_ = network_.arrival(server_.node(), client_, last_down_) +
                     std::exchange(served.fate.answer_delay, Duration::zero());
        scheduler.at(last_down_, network_.process_of(client_), [self = shared_from_this()] {
            self->deliver();
        });
    }
    if (next_to_serve_ == arrived_end_) return;
    scheduler.at(scheduler.now(), network_.process_of(server_.node()), [self = shared_from_this()] {
        if (!self->busy_) self->serve_next();
    });
}

void Connection::deliver() {
    if (state_ != State::open) return;
    Exchange front = std::move(exchanges_.front());
    exchanges_.pop_front();
    ++first_;
    front.on_answer(std::move(front.response));
}

void Connection::break_off() {
    if (state_ == State::broken) return;
    const bool client_listens = state_ == State::open;
    state_ = State::broken;
    if (!client_listens || exchanges_.empty()) return;
    // The reset travels to the client as a message does.
    const Instant noticed = network_.arrival(server_.node(), client_, last_down_);
    network_.scheduler().at(noticed, network_.process_of(client_), [self = shared_from_this()] {
        self->fail_all(KafkaError::client_transport);
    });
}

void Connection::abandon() {
    if (state_ == State::open) state_ = State::abandoned;
    for (Exchange& exchange : exchanges_)
        exchange.on_answer = nullptr;
}

void Connection::fail_all(KafkaError of_first_late) {
    const Instant now = network_.scheduler().now();
    std::deque<Exchange> failed;
    for (Exchange& exchange : exchanges_) {
        failed.push_back(
            {.request = {},
             .response = {},
             .on_answer = std::exchange(exchange.on_answer, nullptr),
             .fate = {},
             .give_up_at = exchange.give_up_at}
        );
    }
    for (Exchange& exchange : failed) {
        if (exchange.on_answer == nullptr) continue;
        const bool is_late = exchange.give_up_at <= now;
        exchange.on_answer(std::unexpected(is_late ? of_first_late : KafkaError::client_transport));
    }
}

void Connection::watch_timeouts() {
    Instant earliest = Instant::max();
    for (const Exchange& exchange : exchanges_)
        earliest = std::min(earliest, exchange.give_up_at);
    if (earliest == Instant::max() || (watching_ && watched_until_ <= earliest)) return;
    watching_ = true;
    watched_until_ = earliest;
    const std::weak_ptr<Connection> self = weak_from_this();
    network_.scheduler().at(earliest, network_.process_of(client_), [self, earliest] {
        const auto connection = self.lock();
        if (connection == nullptr || connection->watched_until_ != earliest) return;
        connection->watching_ = false;
        connection->check_timeouts();
    });
}

void Connection::check_timeouts() {
    if (state_ != State::open) return;
    const Instant now = network_.scheduler().now();
    const bool any_late = std::ranges::any_of(exchanges_, [now](const Exchange& exchange) {
        return exchange.give_up_at <= now;
    });
    if (!any_late) {
        watch_timeouts();
        return;
    }
    state_ = State::abandoned;  // BM-301: the client closes; the broker may still get requests
    fail_all(KafkaError::client_timed_out);
}

Channel::Channel(Network& network, NodeId client, Server& server, const FateOf& fate_of)
    : network_(network)
    , client_(client)
    , server_(server)
    , fate_of_(fate_of) {}

Channel::~Channel() {
    if (connection_ != nullptr) connection_->abandon();
}

void Channel::call(Request request, Duration timeout, OnAnswer on_answer) {
    if (connection_ == nullptr || !connection_->is_open()) {
        connection_ = std::make_shared<Connection>(network_, client_, server_);
        server_.opened(connection_);
    }
    RequestFate fate = fate_of_ ? fate_of_(client_, request) : RequestFate{};
    if (fate.kind == RequestFate::Kind::normal && network_.draw_break()) {
        fate.kind =
            network_.draw_half() ? RequestFate::Kind::break_before : RequestFate::Kind::break_after;
    }
    connection_->call(
        std::move(request), fate, network_.scheduler().now() + timeout, std::move(on_answer)
    );
}

void Channel::break_off() {
    if (connection_ != nullptr) connection_->break_off();
}

}  // namespace odradek::sim
