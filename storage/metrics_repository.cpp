#include "storage/metrics_repository.h"

#include <cmath>

#include "storage/sqlite/list_query.h"

namespace hearth::storage {
namespace {

const std::string kSelectSamples =
    "SELECT job_id, series, owner_id, department_id, step, time_ms, value FROM samples WHERE " +
    std::string(kInScope);

std::vector<Sample> readSamples(Statement query) {
    std::vector<Sample> found;
    while (query.step()) {
        Sample sample;
        sample.jobId = query.text(0);
        sample.series = query.text(1);
        sample.owner = {query.text(2), query.text(3)};
        sample.step = query.integer(4);
        sample.timeMs = query.integer(5);
        sample.value = query.number(6);
        found.push_back(std::move(sample));
    }
    return found;
}

}  // namespace

void MetricsRepository::addSamples(const std::vector<Sample>& samples) {
    Transaction transaction(m_database);
    for (const Sample& sample : samples) {
        if (!std::isfinite(sample.value))
            continue;  // SQLite has no NaN; a gap in the curve says the same
        m_database.execute(
            "INSERT OR REPLACE INTO samples(job_id, series, step, owner_id, department_id, "
            "time_ms, value) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            sample.jobId, sample.series, sample.step, sample.owner.userId,
            sample.owner.departmentId, sample.timeMs, sample.value);
    }
    transaction.commit();
}

std::vector<Sample> MetricsRepository::samples(const Scope& scope, const std::string& jobId,
                                               const std::string& series, std::int64_t afterStep,
                                               std::int64_t limit) {
    return readSamples(m_database.prepare(
        kSelectSamples + " AND job_id = ?3 AND series = ?4 AND step > ?5 ORDER BY step LIMIT ?6",
        scope.seesEverything(), scope.departmentId(), jobId, series, afterStep, limit));
}

CurvePage MetricsRepository::curves(const Scope& scope, const std::string& jobId,
                                    std::int64_t afterStep, std::int64_t limit) {
    auto all = readSamples(m_database.prepare(
        kSelectSamples + " AND job_id = ?3 AND step > ?4 ORDER BY series, step LIMIT ?5",
        scope.seesEverything(), scope.departmentId(), jobId, afterStep, limit + 1));
    if (std::int64_t(all.size()) <= limit)
        return {std::move(all), {}};
    // The step that the limit falls into is given whole.
    auto border = m_database.prepare(
        "SELECT step FROM samples WHERE " + std::string(kInScope) +
            " AND job_id = ?3 AND step > ?4 ORDER BY step LIMIT 1 OFFSET ?5",
        scope.seesEverything(), scope.departmentId(), jobId, afterStep, limit - 1);
    const std::int64_t last = border.step() ? border.integer(0) : INT64_MAX;
    CurvePage page{
        readSamples(m_database.prepare(
            kSelectSamples + " AND job_id = ?3 AND step > ?4 AND step <= ?5 ORDER BY series, step",
            scope.seesEverything(), scope.departmentId(), jobId, afterStep, last)),
        {}};
    auto more = m_database.prepare("SELECT 1 FROM samples WHERE " + std::string(kInScope) +
                                       " AND job_id = ?3 AND step > ?4 LIMIT 1",
                                   scope.seesEverything(), scope.departmentId(), jobId, last);
    if (more.step())
        page.moreAfter = last;
    return page;
}

void MetricsRepository::addUsage(const std::vector<Usage>& usages) {
    Transaction transaction(m_database);
    for (const Usage& usage : usages)
        m_database.execute(
            "INSERT INTO usage(request_id, owner_id, department_id, key_id, model_id, "
            "prompt_tokens, completion_tokens, duration_ms, time_ms) "
            "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            usage.requestId, usage.owner.userId, usage.owner.departmentId, usage.keyId,
            usage.modelId, usage.promptTokens, usage.completionTokens, usage.durationMs,
            usage.timeMs);
    transaction.commit();
}

std::vector<UsageTotal> MetricsRepository::usageTotals(const Scope& scope, std::int64_t fromMs,
                                                       std::int64_t toMs) {
    std::vector<UsageTotal> totals;
    auto query = m_database.prepare(
        "SELECT department_id, model_id, count(*), sum(prompt_tokens), sum(completion_tokens) "
        "FROM usage WHERE " +
            std::string(kInScope) +
            " AND time_ms >= ?3 AND time_ms < ?4 GROUP BY department_id, model_id "
            "ORDER BY department_id, model_id",
        scope.seesEverything(), scope.departmentId(), fromMs, toMs);
    while (query.step())
        totals.push_back(
            {query.text(0), query.text(1), query.integer(2), query.integer(3), query.integer(4)});
    return totals;
}

}  // namespace hearth::storage
