#include "engine/consume/http_exchange.h"

#include "engine/base/json_text.h"

namespace odradek::consume {

namespace {

constexpr std::size_t shown_max = 200;

bool is_unreserved(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' || letter == '_' ||
           letter == '~';
}

/// RFC 3986, section 2.1.
std::string percent_encoded(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    text.reserve(bytes.size());
    for (const char letter : bytes) {
        if (is_unreserved(letter)) {
            text += letter;
            continue;
        }
        const auto byte = static_cast<unsigned char>(letter);
        text += '%';
        text += digits[byte >> 4U];
        text += digits[byte & 0xFU];
    }
    return text;
}

std::string reason_of(const HttpAnswer& answer) {
    std::string reason = "HTTP " + std::to_string(answer.status);
    if (answer.body.empty()) return reason;
    std::string body = answer.body.substr(0, shown_max);
    const std::size_t end = body.find_last_not_of(" \r\n\t");
    body.resize(end == std::string::npos ? 0 : end + 1);
    if (body.empty() || !is_utf8(body)) return reason;
    return reason + ": " + body;
}

}  // namespace

std::vector<std::string> metadata_headers(const RecordContext& context) {
    const Record& record = context.record;
    std::vector<std::string> lines{
        "Kafka-Topic: " + std::string(record.topic),
        "Kafka-Partition: " + std::to_string(record.partition.value()),
        "Kafka-Offset: " + std::to_string(record.offset.value()),
        "Kafka-Attempt: " + std::to_string(context.attempt),
        "Kafka-Assignment: " + std::to_string(context.assignment.value())};
    if (record.timestamp) {
        lines.push_back(
            "Kafka-Timestamp: " + std::to_string(record.timestamp->time_since_epoch().count())
        );
    }
    if (record.key) lines.push_back("Kafka-Key: " + percent_encoded(as_text(record.key)));
    if (!record.value) lines.emplace_back("Kafka-Value: null");
    for (const Header& header : record.headers()) {
        if (!header.value) continue;
        lines.push_back(
            "Kafka-Header-" + percent_encoded(header.name) + ": " +
            percent_encoded(as_text(header.value))
        );
    }
    return lines;
}

Outcome outcome_of(const HttpAnswer& answer) {
    if (answer.status >= 200 && answer.status < 300) return Outcome::done();
    const bool is_temporary = answer.status == 429 || answer.status >= 500;
    if (!is_temporary) return Outcome::fail(reason_of(answer));
    return answer.retry_after ? Outcome::retry(*answer.retry_after, reason_of(answer))
                              : Outcome::retry(reason_of(answer));
}

}  // namespace odradek::consume
