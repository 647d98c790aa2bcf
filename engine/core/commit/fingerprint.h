#pragma once

#include "odradek/options.h"

#include "engine/core/offsets/codec.h"

#include <optional>
#include <string>
#include <string_view>

namespace odradek {

/// The identity of what decides lanes and segments (PS-7): a rolling deploy that changes it would
/// run one lane in two places, or leave records to a segment that no longer takes them.

/// What must match, as one line: "ordering=virtual_partition virtual_partitions=10"; the names in
/// order. Empty where nothing must.
[[nodiscard]] std::string settings_of(const EngineOptions& options);

/// CRC-32C of the line, which is part of what is committed: never changes. Empty for no settings.
[[nodiscard]] std::optional<Fingerprint> fingerprint_of(std::string_view settings);

/// What is committed with these options.
[[nodiscard]] EncodeOptions encoding_of(const EngineOptions& options);

/// Why offsets that carry `committed` do not belong to these options: both settings and what to do.
/// Empty when they do, or when nothing is known of them.
///
/// Of the committed ones only the fingerprint is known; their settings are named when they are
/// these ones with one setting left out, another ordering or another number up to 10,000.
[[nodiscard]] std::optional<std::string> mismatch(
    std::optional<Fingerprint> committed, const EngineOptions& options
);

/// Whether the options allow to replace it.
[[nodiscard]] bool may_replace(Fingerprint committed, const CommitOptions& options);

}  // namespace odradek
