// Three requests of Kafka's protocol, spoken raw: a client library hides the errors that tell a
// broker that listens from one that serves. Layouts: Kafka's protocol guide (Metadata v1,
// FindCoordinator v0, DescribeGroups v0).
#include "engine/local_kafka/probe.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace odradek::local_kafka {

namespace {

constexpr std::string_view probe_group = "odradek-probe";
constexpr std::uint32_t answer_bytes_max = 1U << 20U;

void put(std::string& bytes, std::uint32_t value, int width) {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<char>(value >> static_cast<unsigned>(shift) & 0xFFU));
    }
}

void put_text(std::string& bytes, std::string_view text) {
    put(bytes, static_cast<std::uint32_t>(text.size()), 2);
    bytes += text;
}

/// Reads big-endian fields; once the bytes have run out everything is 0 and `is_whole()` false.
class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::int32_t take(std::size_t width) {
        std::uint32_t value = 0;
        for (const char byte : take_bytes(width)) {
            value = value << 8U | static_cast<unsigned char>(byte);
        }
        return width == 2 ? static_cast<std::int16_t>(value) : static_cast<std::int32_t>(value);
    }

    void skip_text() {
        const std::int32_t length = take(2);
        if (length > 0) take_bytes(static_cast<std::size_t>(length));
    }

    [[nodiscard]] bool is_whole() const { return whole_; }

private:
    std::string_view take_bytes(std::size_t count) {
        if (bytes_.size() < count) {
            whole_ = false;
            return {};
        }
        const std::string_view taken = bytes_.substr(0, count);
        bytes_.remove_prefix(count);
        return taken;
    }

    std::string_view bytes_;
    bool whole_ = true;
};

bool receive(int connection, char* into, std::size_t count) {
    while (count > 0) {
        const ssize_t got = recv(connection, into, count, 0);
        if (got <= 0) return false;
        into += got;
        count -= static_cast<std::size_t>(got);
    }
    return true;
}

std::optional<std::string> exchange(int connection, const std::string& request) {
    std::string framed;
    put(framed, static_cast<std::uint32_t>(request.size()), 4);
    framed += request;
    if (send(connection, framed.data(), framed.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(framed.size())) {
        return std::nullopt;
    }
    std::array<char, 4> head{};
    if (!receive(connection, head.data(), head.size())) return std::nullopt;
    const auto length = static_cast<std::uint32_t>(Reader({head.data(), head.size()}).take(4));
    if (length < 4 || length > answer_bytes_max) return std::nullopt;
    std::string answer(length, '\0');
    if (!receive(connection, answer.data(), answer.size())) return std::nullopt;
    return answer.substr(4);  // the correlation id; there was only one request
}

/// One request on a connection of its own, a second at most for each step.
std::optional<std::string> ask(
    std::uint16_t port, std::uint32_t api_key, std::uint32_t version, std::string_view body
) {
    std::string request;
    put(request, api_key, 2);
    put(request, version, 2);
    put(request, 0, 4);
    put_text(request, "odradek");
    request += body;

    const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection < 0) return std::nullopt;
    const timeval limit{.tv_sec = 1, .tv_usec = 0};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::optional<std::string> answer;
    if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        answer = exchange(connection, request);
    }
    close(connection);
    return answer;
}

/// The port of the coordinator of `probe_group`, when the cluster has one.
std::optional<std::uint16_t> find_coordinator(std::uint16_t port) {
    std::string body;
    put_text(body, probe_group);
    const auto answer = ask(port, 10, 0, body);
    if (!answer) return std::nullopt;
    Reader reader(*answer);
    const std::int32_t error = reader.take(2);
    reader.take(4);      // node id
    reader.skip_text();  // host
    const std::int32_t coordinator_port = reader.take(4);
    if (!reader.is_whole() || error != 0) return std::nullopt;
    return static_cast<std::uint16_t>(coordinator_port);
}

}  // namespace

bool knows_nodes(std::uint16_t port, const std::vector<int>& node_ids) {
    std::string no_topics;
    put(no_topics, 0, 4);
    const auto answer = ask(port, 3, 1, no_topics);
    if (!answer) return false;
    Reader reader(*answer);
    std::vector<int> known;
    const std::int32_t count = reader.take(4);
    for (std::int32_t i = 0; i < count && reader.is_whole(); ++i) {
        known.push_back(reader.take(4));
        reader.skip_text();  // host
        reader.take(4);      // port
        reader.skip_text();  // rack
    }
    return reader.is_whole() && std::ranges::all_of(node_ids, [&](int id) {
               return std::ranges::find(known, id) != known.end();
           });
}

bool serves_groups(std::uint16_t port) {
    const auto coordinator_port = find_coordinator(port);
    if (!coordinator_port) return false;
    std::string body;
    put(body, 1, 4);
    put_text(body, probe_group);
    const auto answer = ask(*coordinator_port, 15, 0, body);
    if (!answer) return false;
    Reader reader(*answer);
    const std::int32_t group_count = reader.take(4);
    const std::int32_t error = reader.take(2);
    return reader.is_whole() && group_count == 1 && error == 0;
}

}  // namespace odradek::local_kafka
