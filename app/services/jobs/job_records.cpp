// The part of JobService that keeps what jobs were made from, and compares them.
#include <set>

#include "app/services/accounts/scope_of.h"
#include "app/services/jobs/job_event_recorder.h"
#include "app/services/jobs/job_service.h"
#include "app/services/jobs/run_record.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using storage::JobRow;
using storage::Scope;

constexpr size_t kMaxCompared = 8;

json parsed(const std::optional<std::string>& text) {
    auto record = core::parseJson(text.value_or("{}"), "a job's record");
    return record && record->is_object() ? std::move(*record) : json::object();
}

}  // namespace

void JobService::beginRecord(const JobRow& job) {
    const Scope scope = Scope::department(job.owner.departmentId);
    const JobRequest request = parseJobRequest(job.spec).valueOrThrow();
    std::vector<std::pair<std::string, storage::StoredFile>> files;
    const auto add = [&](const std::string& role, const std::string& id) {
        if (auto file = m_files.find(scope, id))
            files.emplace_back(role, std::move(*file));
    };
    add("training", job.trainingFile);
    if (job.validationFile)
        add("validation", *job.validationFile);
    for (const EvaluationFile& evaluation : request.evaluations)
        add("evaluation " + evaluation.name, evaluation.fileId);
    const auto modelOf = [&](const std::string& id) {
        return RunModel{id, m_modelRows.contents(Scope::everything(), id)};
    };
    std::vector<RunModel> judges;
    for (const std::string& judge : request.judges())
        judges.push_back(modelOf(judge));
    const json earlier = parsed(m_records.find(Scope::everything(), job.id));
    const json record = beginRunRecord(
        {.job = job,
         .method = traitsOf(request.method).name,
         .files = std::move(files),
         .base = m_modelRows.contents(Scope::everything(), job.modelId),
         .teacher =
             request.teacher.empty() ? std::nullopt : std::optional(modelOf(request.teacher)),
         .judges = std::move(judges),
         .workerProgram = m_options.workerProgram,
         .startedAt = m_clock.unixSeconds()},
        earlier.value("runs", int64_t(0)));
    m_records.put(job, core::dumpJson(record));
}

void JobService::finishRecord(const JobRow& job, const JobEventRecorder& recorder,
                              int64_t peakMemoryBytes) {
    if (!recorder.finished())
        return;
    json record = parsed(m_records.find(Scope::everything(), job.id));
    finishRunRecord(record, *recorder.finished(), peakMemoryBytes);
    record["training_precision"] = recorder.precision();  // a job may ask for "auto"
    m_records.put(job, core::dumpJson(record));
}

core::Result<json> JobService::record(const Principal& principal, const std::string& id) {
    CORE_ASSIGN(const JobRow job, find(principal, id));
    return parsed(m_records.find(scopeOf(principal), job.id));
}

core::Result<std::vector<ComparedRun>> JobService::compare(const Principal& principal,
                                                           const std::vector<std::string>& ids) {
    if (ids.size() < 2 || ids.size() > kMaxCompared ||
        std::set(ids.begin(), ids.end()).size() != ids.size())
        return core::Error{core::ErrorCode::InvalidArgument,
                           "jobs must name two to " + std::to_string(kMaxCompared) +
                               " different jobs, separated by commas",
                           "jobs"};
    std::vector<ComparedRun> runs;
    for (const std::string& id : ids) {
        CORE_ASSIGN(JobRow job, find(principal, id));
        CORE_ASSIGN(json record, this->record(principal, id));
        CORE_ASSIGN(auto curves, this->curves(principal, id, -1));
        runs.push_back({std::move(job), std::move(record), std::move(curves)});
    }
    return runs;
}

}  // namespace hearth::app
