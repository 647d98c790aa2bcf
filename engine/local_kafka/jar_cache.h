#pragma once

#include "engine/local_kafka/problem.h"

#include <filesystem>
#include <functional>
#include <string_view>

namespace odradek::local_kafka {

/// Where progress goes, one line a call, without its newline. Empty: nowhere.
using Report = std::function<void(std::string_view)>;

/// Empty when `folder` holds exactly the jars of `checksums` (lines `SHA256  NAME`); otherwise what
/// is wrong with the first that is missing, too many or different.
[[nodiscard]] std::string find_difference(
    const std::filesystem::path& folder, std::string_view checksums
);

/// Where the jars are below `cache`, there or not.
[[nodiscard]] std::filesystem::path jars_folder(const std::filesystem::path& cache);

/// The folder with Kafka's jars below `cache`, fetched by Maven the first time.
///
/// A folder that agrees with the pinned checksums needs no network and no Maven. Two callers at
/// once fetch once. Problem: no Maven, no network, no space, a jar that is not the pinned one.
[[nodiscard]] Result<std::filesystem::path> ensure_jars(
    const std::filesystem::path& cache, const Report& report
);

/// Problem when PATH has no Java, or one that is older than 17 (which Kafka 4 asks for).
[[nodiscard]] Result<void> require_java();

}  // namespace odradek::local_kafka
