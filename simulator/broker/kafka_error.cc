#include "simulator/broker/kafka_error.h"

namespace odradek::sim {

std::string_view name_of(KafkaError error) {
    switch (error) {
        case KafkaError::none:
            return "NO_ERROR";
        case KafkaError::unknown:
            return "UNKNOWN";
        case KafkaError::offset_out_of_range:
            return "OFFSET_OUT_OF_RANGE";
        case KafkaError::unknown_topic_or_part:
            return "UNKNOWN_TOPIC_OR_PART";
        case KafkaError::not_leader_for_partition:
            return "NOT_LEADER_FOR_PARTITION";
        case KafkaError::leader_not_available:
            return "LEADER_NOT_AVAILABLE";
        case KafkaError::request_timed_out:
            return "REQUEST_TIMED_OUT";
        case KafkaError::coordinator_load_in_progress:
            return "COORDINATOR_LOAD_IN_PROGRESS";
        case KafkaError::coordinator_not_available:
            return "COORDINATOR_NOT_AVAILABLE";
        case KafkaError::not_coordinator:
            return "NOT_COORDINATOR";
        case KafkaError::illegal_generation:
            return "ILLEGAL_GENERATION";
        case KafkaError::inconsistent_group_protocol:
            return "INCONSISTENT_GROUP_PROTOCOL";
        case KafkaError::invalid_group_id:
            return "INVALID_GROUP_ID";
        case KafkaError::unknown_member_id:
            return "UNKNOWN_MEMBER_ID";
        case KafkaError::invalid_session_timeout:
            return "INVALID_SESSION_TIMEOUT";
        case KafkaError::rebalance_in_progress:
            return "REBALANCE_IN_PROGRESS";
        case KafkaError::offset_metadata_too_large:
            return "OFFSET_METADATA_TOO_LARGE";
        case KafkaError::group_authorization_failed:
            return "GROUP_AUTHORIZATION_FAILED";
        case KafkaError::topic_authorization_failed:
            return "TOPIC_AUTHORIZATION_FAILED";
        case KafkaError::member_id_required:
            return "MEMBER_ID_REQUIRED";
        case KafkaError::fenced_instance_id:
            return "FENCED_INSTANCE_ID";
        case KafkaError::unstable_offset_commit:
            return "UNSTABLE_OFFSET_COMMIT";
        case KafkaError::client_transport:
            return "_TRANSPORT";
        case KafkaError::client_timed_out:
            return "_TIMED_OUT";
        case KafkaError::client_state:
            return "_STATE";
        case KafkaError::client_wait_coord:
            return "_WAIT_COORD";
        case KafkaError::client_max_poll_exceeded:
            return "_MAX_POLL_EXCEEDED";
        case KafkaError::client_auto_offset_reset:
            return "_AUTO_OFFSET_RESET";
        case KafkaError::client_fenced:
            return "_FENCED";
        case KafkaError::client_no_offset:
            return "_NO_OFFSET";
        case KafkaError::client_unknown_partition:
            return "_UNKNOWN_PARTITION";
        case KafkaError::client_destroy:
            return "_DESTROY";
    }
    return "?";
}

}  // namespace odradek::sim
