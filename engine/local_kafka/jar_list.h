#pragma once

#include <string_view>

namespace odradek::local_kafka {

/// The release of Kafka that is pinned, as "4.3.0". Made by CMake from pom.xml.
extern const std::string_view kafka_version;

/// The text of pom.xml.
extern const std::string_view maven_project;

/// The text of jars.sha256: one line `CHECKSUM  NAME.jar` for each jar of the runtime.
extern const std::string_view jar_checksums;

}  // namespace odradek::local_kafka
