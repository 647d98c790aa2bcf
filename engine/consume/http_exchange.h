#pragma once

#include "odradek/outcome.h"
#include "odradek/record.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace odradek::consume {

/// What `--http` sends beside the value, one "Name: value" each:
///
///     Kafka-Topic, Kafka-Partition, Kafka-Offset, Kafka-Attempt, Kafka-Assignment
///     Kafka-Timestamp       milliseconds since 1970; absent where Kafka has none
///     Kafka-Key             absent for a record without a key
///     Kafka-Value: null     only where Kafka has no value; the body is empty then
///     Kafka-Header-NAME     one for each header of the record, in its order; no value: absent
///
/// Keys, names and values are percent-encoded: every byte but letters, digits and `-._~`.
[[nodiscard]] std::vector<std::string> metadata_headers(const RecordContext& context);

/// What came back.
struct HttpAnswer {
    int status = 0;
    std::optional<std::chrono::seconds> retry_after = std::nullopt;
    std::string body = {};  ///< its beginning
};

/// 2xx is done; 429 and 5xx are a retry, after the time the answer asks for; every other status,
/// redirects included, is a failure.
[[nodiscard]] Outcome outcome_of(const HttpAnswer& answer);

}  // namespace odradek::consume
