#pragma once

#include "odradek/record.h"

#include <string>

namespace odradek::consume {

/// Appends a record as one JSON object without a line end, the form in which `odradek consume`
/// hands records out:
///
///     {"topic":"orders","partition":3,"offset":17,"key":"k","value":"v",
///      "headers":[{"name":"h","value":"x"}],"timestamp":1700000000000,"attempt":1,"assignment":1}
///
/// Key, value and header values are strings where they are UTF-8, {"base64":"…"} where they are
/// not, and null where Kafka has none. `timestamp` is in milliseconds since 1970, or null. No byte
/// of a record becomes a line end.
void append_record_json(const RecordContext& context, std::string& json);

}  // namespace odradek::consume
