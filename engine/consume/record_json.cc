#include "engine/consume/record_json.h"

#include "engine/base/json_text.h"

namespace odradek::consume {

namespace {

void append_bytes(const Bytes& bytes, std::string& json) {
    if (bytes) {
        append_json_bytes(as_text(bytes), json);
    } else {
        json += "null";
    }
}

}  // namespace

void append_record_json(const RecordContext& context, std::string& json) {
    const Record& record = context.record;
    json += "{\"topic\":";
    append_json_bytes(record.topic, json);
    json += ",\"partition\":" + std::to_string(record.partition.value());
    json += ",\"offset\":" + std::to_string(record.offset.value());
    json += ",\"key\":";
    append_bytes(record.key, json);
    json += ",\"value\":";
    append_bytes(record.value, json);
    json += ",\"headers\":[";
    bool is_first = true;
    for (const Header& header : record.headers()) {
        json += is_first ? "{\"name\":" : ",{\"name\":";
        append_json_bytes(header.name, json);
        json += ",\"value\":";
        append_bytes(header.value, json);
        json += '}';
        is_first = false;
    }
    json += "],\"timestamp\":";
    json += record.timestamp ? std::to_string(record.timestamp->time_since_epoch().count())
                             : std::string{"null"};
    json += ",\"attempt\":" + std::to_string(context.attempt);
    json += ",\"assignment\":" + std::to_string(context.assignment.value());
    json += '}';
}

}  // namespace odradek::consume
