#pragma once

#include <memory>

#include <librdkafka/rdkafka.h>

namespace odradek::kafka {

/// One deleter for all that librdkafka gives us to own: the function that its documentation names.
template <auto destroy>
struct Destroy {
    template <class T>
    void operator()(T* pointer) const {
        destroy(pointer);
    }
};

template <class T, auto destroy>
using Owned = std::unique_ptr<T, Destroy<destroy>>;

using ClientHandle = Owned<rd_kafka_t, rd_kafka_destroy>;
using ConfHandle = Owned<rd_kafka_conf_t, rd_kafka_conf_destroy>;
using QueueHandle = Owned<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using EventHandle = Owned<rd_kafka_event_t, rd_kafka_event_destroy>;
using TopicHandle = Owned<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using MetadataHandle = Owned<const rd_kafka_metadata_t, rd_kafka_metadata_destroy>;
using NewTopicHandle = Owned<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using DeleteTopicHandle = Owned<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy>;
using AdminOptionsHandle = Owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using PartitionListHandle =
    Owned<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using ErrorHandle = Owned<rd_kafka_error_t, rd_kafka_error_destroy>;

/// Shared: a record that a late handler still reads keeps the client alive.
using Client = std::shared_ptr<rd_kafka_t>;

}  // namespace odradek::kafka
