#pragma once

#include "odradek/record.h"

#include "engine/core/event.h"

namespace odradek::kafka {

/// The record behind a handle, as views into librdkafka's message: valid until the handle is
/// released.
[[nodiscard]] Record record_of(RecordHandle handle);

}  // namespace odradek::kafka
