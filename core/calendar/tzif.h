// The compiled form of a time zone, as zic writes it (RFC 8536).
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "core/calendar/posix_rule.h"
#include "core/result.h"

namespace hearth::core {

struct TzifData {
    std::chrono::seconds first{0};  // before the first change
    std::vector<OffsetChange> changes;
    std::optional<PosixRule> rule;  // after the last change; absent: that one holds for ever
};

/// Errors: DataCorrupt; Unsupported for version 1, which ends in 2037.
Result<TzifData> parseTzif(std::span<const std::byte> bytes);

}  // namespace hearth::core
