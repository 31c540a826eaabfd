#include "app/services/node/alarm_service.h"

#include "app/services/accounts/scope_of.h"
#include "core/crypto/tls_certificate.h"
#include "storage/api_key_repository.h"
#include "storage/job_repository.h"
#include "storage/model_repository.h"

namespace hearth::app {
namespace {

constexpr int64_t kEverything = 100'000;

std::optional<int64_t> certificateEnd(const core::NodeConfig& config) {
    const auto certificate = core::inspectCertificate(config.resolve(config.certificate));
    return certificate ? std::optional<int64_t>(certificate->notAfter) : std::nullopt;
}

}  // namespace

AlarmService::AlarmService(storage::DataDirectory& data, ModelService& models,
                           ModelLibrary& library, const core::Clock& clock)
    : m_data(data),
      m_models(models),
      m_library(library),
      m_clock(clock),
      m_certificateExpires(certificateEnd(data.config())) {}

std::vector<Alarm> AlarmService::current(const Principal& principal, bool starting) {
    AlarmFacts known = facts(principal);
    known.starting = starting;
    auto alarms = alarmsOf(known);
    std::lock_guard lock(m_mutex);
    std::map<std::string, int64_t> since;
    for (Alarm& alarm : alarms) {
        if (alarm.since != 0)
            continue;
        const auto before = m_since.find(alarm.id());
        alarm.since = before == m_since.end() ? known.now : before->second;
        since[alarm.id()] = alarm.since;
    }
    m_since = std::move(since);
    return alarms;
}

AlarmFacts AlarmService::facts(const Principal& principal) {
    AlarmFacts facts{.now = m_clock.unixSeconds(),
                     .memory = memoryFacts(),
                     .disk = diskFacts(m_data.paths().root),
                     .certificateExpires = m_certificateExpires,
                     .maxWaiting = m_data.config().maxWaiting};
    const storage::Scope scope = scopeOf(principal);
    addModels(facts);
    addJobs(scope, facts);
    addKeys(scope, facts);
    return facts;
}

void AlarmService::addModels(AlarmFacts& facts) {
    for (const auto& target : m_models.bases()) {
        ++facts.modelsLoaded;
        facts.queues.push_back({target.info.id, target.model->scheduler().stats().waiting});
    }
    storage::ModelRepository rows(m_data.control());
    for (const auto& row : rows.list(storage::Scope::everything(), {.limit = kEverything}).items) {
        ++facts.modelsKnown;
        if (const auto failure = m_library.loadFailure(row.id))
            facts.notServed.push_back({row.id, failure->error.text(), failure->since});
    }
}

void AlarmService::addJobs(const storage::Scope& scope, AlarmFacts& facts) {
    storage::JobRepository jobs(m_data.control());
    for (const auto& job : jobs.withStatus(storage::JobStatus::Failed))
        if (scope.seesEverything() || job.owner.departmentId == scope.departmentId())
            facts.failedJobs.push_back({job.id, job.modelId,
                                        job.failure ? job.failure->message : std::string(),
                                        job.finishedAt.value_or(0)});
    // Of failed ones the reason is enough.
    for (const auto status : {storage::JobStatus::Running, storage::JobStatus::Succeeded})
        for (const auto& job : jobs.withStatus(status))
            if (scope.seesEverything() || job.owner.departmentId == scope.departmentId())
                if (const auto warning = jobs.lastWarning(job.id))
                    facts.jobWarnings.push_back(
                        {job.id, job.modelId, warning->message, warning->createdAt});
}

void AlarmService::addKeys(const storage::Scope& scope, AlarmFacts& facts) {
    storage::ApiKeyRepository keys(m_data.control());
    for (const auto& key : keys.list(scope, {.limit = kEverything}).items)
        if (key.expiresAt && !key.revokedAt)
            facts.keys.push_back({key.id, key.name, *key.expiresAt});
}

}  // namespace hearth::app
