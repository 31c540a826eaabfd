#include "app/services/node/audit_log.h"

#include "app/services/accounts/scope_of.h"

namespace hearth::app {

core::Status AuditLog::record(const AuditEntry& entry) {
    const std::string outcome = entry.status == 0 ? "begin" : std::to_string(entry.status);
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
