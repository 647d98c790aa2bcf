#pragma once

#include <string_view>

namespace odradek::sim {

/// Error codes, by librdkafka's names; those of the client's own begin with an underscore there and
/// with `client_` here.
enum class KafkaError : unsigned char {
    none,
    unknown,  ///< UNKNOWN_SERVER_ERROR
    offset_out_of_range,
    unknown_topic_or_part,
    not_leader_for_partition,
    leader_not_available,
    request_timed_out,
    coordinator_load_in_progress,
    coordinator_not_available,
    not_coordinator,
    illegal_generation,
    inconsistent_group_protocol,
    invalid_group_id,
    unknown_member_id,
    invalid_session_timeout,
    rebalance_in_progress,
    offset_metadata_too_large,
    group_authorization_failed,
    topic_authorization_failed,
    member_id_required,
    fenced_instance_id,
    unstable_offset_commit,
    client_transport,
    client_timed_out,
    client_state,
    client_wait_coord,
    client_max_poll_exceeded,
    client_auto_offset_reset,
    client_fenced,
    client_no_offset,
    client_unknown_partition,
    client_destroy,
};

/// "UNKNOWN_MEMBER_ID", "_TRANSPORT" and so on.
[[nodiscard]] std::string_view name_of(KafkaError error);

}  // namespace odradek::sim
