#pragma once

#include "odradek/error.h"

#include <string>

#include <librdkafka/rdkafka.h>

namespace odradek::kafka {

/// librdkafka's code as one of ours, with its own text. `where` is what it was about.
[[nodiscard]] Error to_error(rd_kafka_resp_err_t code, std::string where, std::string what = {});

}  // namespace odradek::kafka
