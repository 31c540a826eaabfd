#include "storage/run_record_repository.h"

#include "storage/sqlite/list_query.h"

namespace hearth::storage {

void RunRecordRepository::put(const JobRow& job, const std::string& json) {
    m_database.execute(
        "INSERT INTO job_records(job_id, owner_id, department_id, record) VALUES(?1, ?2, ?3, ?4) "
        "ON CONFLICT(job_id) DO UPDATE SET record = excluded.record",
        job.id, job.owner.userId, job.owner.departmentId, json);
}

std::optional<std::string> RunRecordRepository::find(const Scope& scope, const std::string& jobId) {
    auto query = m_database.prepare(
        "SELECT record FROM job_records WHERE " + std::string(kInScope) + " AND job_id = ?3",
        scope.seesEverything(), scope.departmentId(), jobId);
    return query.step() ? std::optional(query.text(0)) : std::nullopt;
}

}  // namespace hearth::storage
