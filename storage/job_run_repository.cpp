#include "storage/job_run_repository.h"

#include "storage/sqlite/connection.h"

namespace hearth::storage {

std::int64_t JobRunRepository::begin(const JobRow& job, std::int64_t now) {
    auto insert = m_database.prepare(
        "INSERT INTO job_runs(job_id, owner_id, department_id, model_id, started_at) "
        "VALUES(?1, ?2, ?3, ?4, ?5) RETURNING seq",
        job.id, job.owner.userId, job.owner.departmentId, job.modelId, now);
    insert.step();
    const std::int64_t run = insert.integer(0);
    insert.run();
    return run;
}

void JobRunRepository::end(std::int64_t run, std::int64_t now, std::int64_t tokens,
                           const std::string& outcome) {
    m_database.execute(
        "UPDATE job_runs SET ended_at = ?2, tokens = ?3, outcome = ?4 WHERE seq = ?1", run, now,
        tokens, outcome);
}

void JobRunRepository::closeOpen() {
    m_database.execute(
        "UPDATE job_runs SET outcome = 'the node stopped', ended_at = max(started_at, "
        "coalesce((SELECT max(created_at) FROM job_events e WHERE e.job_id = job_runs.job_id), "
        "0)) WHERE ended_at IS NULL");
}

std::optional<std::int64_t> JobRunRepository::openSince(const std::string& jobId) {
    auto query = m_database.prepare(
        "SELECT max(started_at) FROM job_runs WHERE job_id = ?1 AND ended_at IS NULL", jobId);
    return query.step() ? query.optionalInteger(0) : std::nullopt;
}

std::map<std::string, double> JobRunRepository::usedSeconds(std::int64_t since, std::int64_t now) {
    std::map<std::string, double> used;
    auto query = m_database.prepare(
        "SELECT department_id, sum(max(0, coalesce(ended_at, ?2) - max(started_at, ?1))) "
        "FROM job_runs WHERE ended_at IS NULL OR ended_at > ?1 GROUP BY department_id",
        since, now);
    while (query.step())
        used[query.text(0)] = query.number(1);
    return used;
}

std::optional<MeasuredSpeed> JobRunRepository::speedOf(const std::string& modelId) {
    MeasuredSpeed speed;
    {
        auto query = m_database.prepare(
            "SELECT sum(tokens), sum(max(1, ended_at - started_at)) FROM (SELECT * FROM job_runs "
            "WHERE model_id = ?1 AND ended_at IS NOT NULL AND tokens > 0 ORDER BY seq DESC "
            "LIMIT 10)",
            modelId);
        if (!query.step() || query.isNull(0))
            return {};
        speed.tokensPerSecond = query.number(0) / query.number(1);
    }
    auto query = m_database.prepare(
        "SELECT sum(trained_tokens), sum(planned_tokens) FROM (SELECT * FROM jobs "
        "WHERE model_id = ?1 AND status = 'succeeded' AND planned_tokens > 0 "
        "AND trained_tokens > 0 ORDER BY seq DESC LIMIT 10)",
        modelId);
    if (query.step() && !query.isNull(0))
        speed.tokensPerPlanned = query.number(0) / query.number(1);
    return speed;
}

}  // namespace hearth::storage
