#pragma once
#include "app/api/dispatcher.h"
#include "core/clock.h"
#include "storage/audit_repository.h"
#include "storage/data_directory.h"

namespace hearth::app {

/// Writes the dispatcher's audit entries into the chain of control.db. On a full disk the
/// entry of a deletion gets the room of the ballast, so that deleting still works; the ballast
/// is put back after the deletion.
class AuditLog : public AuditSink {
public:
    AuditLog(storage::DataDirectory& data, const core::Clock& clock)
        : m_data(data), m_rows(data.control()), m_clock(clock) {}

    core::Status record(const AuditEntry& entry) override;

private:
    core::Status append(const AuditEntry& entry);

    storage::DataDirectory& m_data;
    storage::AuditRepository m_rows;
    const core::Clock& m_clock;
};

}  // namespace hearth::app
