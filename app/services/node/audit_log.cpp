#include "app/services/node/audit_log.h"

#include "app/services/accounts/scope_of.h"
#include "core/log.h"

namespace hearth::app {
namespace {

constexpr int kBegin = 0;  // AuditEntry::status of an action that is about to run

bool isDeletion(const AuditEntry& entry) {
    return entry.event.ends_with(".delete");
}

}  // namespace

core::Status AuditLog::record(const AuditEntry& entry) {
    const core::Status first = append(entry);
    if (!first && first.error().code == core::ErrorCode::DiskFull && isDeletion(entry) &&
        m_data.releaseBallast()) {
        core::logWarn("the disk is full; the ballast gives room for a deletion");
        return append(entry);
    }
    if (first && isDeletion(entry) && entry.status != kBegin)
        if (const auto restored = m_data.restoreBallast(); !restored)
            core::logWarn("no room for the ballast yet; delete more");
    return first;
}

core::Status AuditLog::append(const AuditEntry& entry) {
    const std::string outcome = entry.status == kBegin ? "begin" : std::to_string(entry.status);
    try {
        m_rows.append({.timeMs = m_clock.unixMillis(),
                       .actor = ownerOf(entry.principal),
                       .action = std::string(entry.event),
                       .object = entry.head.path,
                       .detail = "outcome=" + outcome + " from=" + entry.head.remoteAddress,
                       .requestId = entry.head.requestId});
    } catch (const core::Exception& e) {
        return e.error();
    }
    return {};
}

}  // namespace hearth::app
