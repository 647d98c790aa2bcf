#include "engine/kafka/error_map.h"

#include <utility>

namespace odradek::kafka {

namespace {

// Only codes that a caller treats differently; the rest is client_failed with librdkafka's text.
Errc code_of(rd_kafka_resp_err_t code) {
    switch (static_cast<int>(code)) {
        case RD_KAFKA_RESP_ERR__TRANSPORT:
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        case RD_KAFKA_RESP_ERR__RESOLVE:
        case RD_KAFKA_RESP_ERR__TIMED_OUT:
        case RD_KAFKA_RESP_ERR__WAIT_COORD:
            return Errc::broker_unreachable;
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            return Errc::unknown_topic;
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR__AUTHENTICATION:
            return Errc::not_authorized;
        case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
        case RD_KAFKA_RESP_ERR__FENCED:
            return Errc::fenced;
        case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
        case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
        case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
        case RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE:
            return Errc::commit_refused;
        default:
            return Errc::client_failed;
    }
}

}  // namespace

Error to_error(rd_kafka_resp_err_t code, std::string where, std::string what) {
    std::string text = rd_kafka_err2name(code);
    text += ": ";
    text += what.empty() ? rd_kafka_err2str(code) : what;
    return {.code = code_of(code), .what = std::move(text), .where = std::move(where)};
}

}  // namespace odradek::kafka
