#pragma once

#include "odradek/clock.h"

#include "simulator/broker/messages.h"
#include "simulator/kernel/network.h"

#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>

namespace odradek::sim {

class Connection;

/// What the library reports when there is no answer: client_transport or client_timed_out.
using Answer = std::expected<Response, KafkaError>;
using OnAnswer = std::move_only_function<void(Answer)>;

/// Answers one request, once; copies answer the same one. Answering after the connection has gone
/// does nothing.
class Reply {
public:
    Reply(std::shared_ptr<Connection> connection, std::uint64_t request)
        : connection_(std::move(connection))
        , request_(request) {}

    void operator()(Response response) const;

private:
    std::shared_ptr<Connection> connection_;
    std::uint64_t request_;
};

/// What listens at the other end.
class Server {
public:
    Server() = default;
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    virtual ~Server() = default;

    [[nodiscard]] virtual NodeId node() const = 0;
    [[nodiscard]] virtual bool is_up() const = 0;
    virtual void receive(Request request, Reply reply) = 0;

    /// A client has connected; a server that dies breaks its connections.
    virtual void opened(std::weak_ptr<Connection> connection) = 0;
};

/// What a fault does to one request.
struct RequestFate {
    enum class Kind : unsigned char {
        normal,
        break_before,    ///< never arrives; the connection breaks (BM-323)
        break_after,     ///< handled; the connection breaks before its answer (BM-321)
        swallow_answer,  ///< handled; neither its answer nor a later one comes (BM-322)
    };
    Kind kind = Kind::normal;
    Duration answer_delay{};  ///< those behind it wait as well (BM-320)
};

/// One TCP connection from a client to a broker. The broker works on one request at a time and
/// answers in order (BM-1). Life ends with the first break; a new one is made by Channel.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Network& network, NodeId client, Server& server);

    void call(Request request, RequestFate fate, Instant give_up_at, OnAnswer on_answer);

    /// Both ends learn that it is gone: outstanding calls get client_transport.
    void break_off();

    /// The client closes and forgets its calls. What is on its way still arrives at the broker.
    void abandon();

    [[nodiscard]] bool is_open() const { return state_ == State::open; }
    [[nodiscard]] NodeId client() const { return client_; }
    [[nodiscard]] Server& server() { return server_; }

private:
    friend class Reply;
    enum class State : unsigned char { open, abandoned, broken };

    struct Exchange {
        Request request;
        Response response;
        OnAnswer on_answer;
        RequestFate fate;
        Instant give_up_at;
        bool answered = false;  ///< the broker has; the answer may be on its way
    };

    [[nodiscard]] Exchange& exchange(std::uint64_t id) { return exchanges_[id - first_]; }
    void arrived(std::uint64_t id);
    void serve_next();
    void respond(std::uint64_t id, Response response);
    void deliver();
    void watch_timeouts();
    void check_timeouts();
    void fail_all(KafkaError of_first_late);

    Network& network_;
    NodeId client_;
    Server& server_;
    State state_ = State::open;
    std::deque<Exchange> exchanges_;   ///< sent and not answered to the client
    std::uint64_t first_ = 0;          ///< id of the front
    std::uint64_t next_to_serve_ = 0;  ///< at the broker
    std::uint64_t arrived_end_ = 0;
    bool busy_ = false;
    bool silent_ = false;  ///< answers are swallowed
    bool watching_ = false;
    Instant watched_until_{};
    Instant last_up_{};
    Instant last_down_{};
};

/// A client's way to one broker: opens a new connection when the last one has gone.
class Channel {
public:
    using FateOf = std::function<RequestFate(NodeId client, const Request& request)>;

    /// `fate_of` may be empty. All references outlive the channel.
    Channel(Network& network, NodeId client, Server& server, const FateOf& fate_of);
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    ~Channel();

    /// `on_answer` runs once, in the client's process, or never if the process dies or the channel
    /// is destroyed.
    void call(Request request, Duration timeout, OnAnswer on_answer);

    void break_off();

private:
    Network& network_;
    NodeId client_;
    Server& server_;
    const FateOf& fate_of_;
    std::shared_ptr<Connection> connection_;
};

}  // namespace odradek::sim
