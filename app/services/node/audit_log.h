#pragma once
#include "app/api/dispatcher.h"
#include "core/clock.h"
#include "storage/audit_repository.h"

namespace hearth::app {

/// Writes the dispatcher's audit entries into the chain of control.db.
class AuditLog : public AuditSink {
public:
    AuditLog(storage::Connection& control, const core::Clock& clock)
        : m_rows(control), m_clock(clock) {}

    core::Status record(const AuditEntry& entry) override;

private:
    storage::AuditRepository m_rows;
    const core::Clock& m_clock;
};

}  // namespace hearth::app
