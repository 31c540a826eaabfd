// Time zones from the system's tz database. A reader of our own, since gcc 12 has no
// std::chrono::time_zone.
#pragma once
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/calendar/posix_rule.h"
#include "core/result.h"

namespace hearth::core {

/// Immutable, so it is safe from any thread.
class TimeZone {
public:
    /// By its IANA name; "UTC" needs no database. Zones are read once and kept.
    /// Errors: InvalidArgument for a name that is not there, Unavailable without a database,
    /// DataCorrupt.
    static Result<std::shared_ptr<const TimeZone>> find(const std::string& name);
    /// From the bytes of a TZif file (RFC 8536) of version 2 or newer. Errors: DataCorrupt.
    static Result<std::shared_ptr<const TimeZone>> parse(std::string name,
                                                         std::span<const std::byte> tzif);

    const std::string& name() const { return m_name; }
    std::chrono::seconds offsetAt(std::chrono::sys_seconds instant) const {
        return spanAt(instant).offset;
    }
    std::chrono::local_seconds toLocal(std::chrono::sys_seconds instant) const {
        return std::chrono::local_seconds(instant.time_since_epoch() + offsetAt(instant));
    }

    /// The first instant at which clocks show `local` or a later time: for a time that a change
    /// skips, the change; for one that comes twice, the first of the two. Never falls as `local`
    /// grows.
    std::chrono::sys_seconds firstInstant(std::chrono::local_seconds local) const;
    /// The latest time that clocks have shown up to `instant`: while an hour is repeated, the end
    /// of its first pass.
    std::chrono::local_seconds latestShown(std::chrono::sys_seconds instant) const;

private:
    /// A time with one offset, [begin, end).
    struct Span {
        std::chrono::sys_seconds begin;
        std::chrono::sys_seconds end;
        std::chrono::seconds offset;
    };

    explicit TimeZone(std::string name) : m_name(std::move(name)) {}
    Span spanAt(std::chrono::sys_seconds instant) const;
    Span ruledSpanAt(std::chrono::sys_seconds instant) const;

    std::string m_name;
    std::chrono::seconds m_first{0};      // before the table
    std::vector<OffsetChange> m_changes;  // ascending
    std::optional<PosixRule> m_rule;      // after the table
};

/// "2026-03-29T03:00"; with seconds only where they are not zero.
std::string formatLocal(std::chrono::local_seconds local);
/// Reads "2026-03-29T03:00" or "2026-03-29 03:00", with or without seconds; empty otherwise.
std::optional<std::chrono::local_seconds> parseLocal(std::string_view text);

}  // namespace hearth::core
