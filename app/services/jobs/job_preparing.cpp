// The part of JobService that makes a job's row of a request, and refuses now what would fail in
// the night.
#include "app/services/accounts/scope_of.h"
#include "app/services/jobs/job_service.h"
#include "core/crypto/random.h"
#include "core/file.h"
#include "finetune/data/gate/data_report.h"
#include "finetune/model/trainable_model.h"

namespace hearth::app {
namespace {

using storage::JobRow;
using storage::JobStatus;
using storage::Scope;

core::Error invalid(const char* field, const std::string& message) {
    return {core::ErrorCode::InvalidArgument, message, field};
}

core::Error aboutField(core::Error error, const char* field) {
    error.context = field;
    return error;
}

}  // namespace

core::Result<ServingTarget> JobService::checkBase(const Principal& owner,
                                                  const JobRequest& request) {
    CORE_ASSIGN(ServingTarget target, m_models.find(request.model, owner));
    if (target.adapter)
        return invalid("model", "'" + request.model + "' is an adapter; fine-tune its base '" +
                                    target.info.base + "'");
    if (const auto tunable = finetune::checkTunable(target.model->config()); !tunable)
        return invalid("model", tunable.error().message);
    if (request.full)
        CORE_TRY(checkFull(scopeOf(owner), request));
    return target;
}

/// There, in the department and of the right purpose.
core::Status JobService::checkFiles(const Scope& scope, const JobRequest& request) {
    const auto training = m_files.find(scope, request.trainingFile);
    if (!training || training->purpose != "fine-tune")
        return invalid("training_file",
                       "there is no file '" + request.trainingFile + "' of purpose fine-tune");
    if (request.validationFile && !m_files.find(scope, *request.validationFile))
        return invalid("validation_file", "there is no file '" + *request.validationFile + "'");
    for (const auto& e : request.evaluations) {
        const auto file = m_files.find(scope, e.fileId);
        if (!file || file->purpose != "evals")
            return invalid("evaluations", "there is no file '" + e.fileId + "' of purpose evals");
    }
    return {};
}

core::Status JobService::checkTeacher(const Principal& owner, const JobRequest& request) {
    if (request.teacher.empty())
        return {};
    const auto teacher = m_models.find(request.teacher, owner);
    if (!teacher)
        return aboutField(teacher.error(), "teacher");
    if (teacher->adapter)
        return invalid("teacher", "'" + request.teacher +
                                      "' is an adapter, and only whole models teach; merge it "
                                      "into its base (hearth model merge)");
    return {};
}

core::Status JobService::checkJudges(const Principal& owner, const JobRequest& request) {
    for (const std::string& judge : request.judges()) {
        const auto found = m_models.find(judge, owner);
        if (!found)
            return aboutField(found.error(), "grader");
        if (found->adapter)
            return invalid("grader", "'" + judge + "' is an adapter, and only whole models judge");
        CORE_ASSIGN(const auto row, m_modelRows.find(scopeOf(owner), judge));
        if (!row.wrappedKey.empty() && judge != request.model)
            return invalid("grader", "'" + judge +
                                         "' is encrypted, and a worker has the key of its base "
                                         "alone; let the base or an imported model judge");
    }
    return {};
}

/// What is in the files.
core::Status JobService::checkContents(const JobRow& job, const JobRequest& request,
                                       const finetune::Hyperparameters& settings,
                                       const engine::ChatFormat& chat) {
    CORE_ASSIGN(const auto data, contentOf(job, request.trainingFile));
    const auto trainable = finetune::checkTrainable(
        core::asText(data), traitsOf(request.method).format, chat,
        {.max_seq_len = settings.max_seq_len, .truncate = settings.truncate});
    if (!trainable)
        return aboutField(trainable.error(), "training_file");
    if (!request.validationFile)
        return {};
    CORE_ASSIGN(const auto content, contentOf(job, *request.validationFile));
    return checkDataset(request.method, core::asText(content), "validation_file");
}

core::Result<JobRow> JobService::prepare(const Principal& owner, const JobRequest& request) {
    CORE_ASSIGN(const ServingTarget target, checkBase(owner, request));
    CORE_TRY(checkFiles(scopeOf(owner), request));
    CORE_TRY(checkTeacher(owner, request));
    CORE_TRY(checkJudges(owner, request));
    const int64_t now = m_clock.unixSeconds();
    JobRow job{.id = core::randomId("ftjob-"),
               .owner = ownerOf(owner),
               .status = JobStatus::Queued,
               .modelId = request.model,
               .trainingFile = request.trainingFile,
               .validationFile = request.validationFile,
               .spec = writeJobRequest(request),
               .metadata = request.metadata,
               .seed = request.seed.value_or(now % INT32_MAX),
               .createdAt = now};
    CORE_ASSIGN(const auto spec, specOf(job, request));
    CORE_TRY(checkContents(job, request, spec.hyperparameters, target.model->chat()));
    CORE_ASSIGN(const auto training, m_files.find(scopeOf(owner), request.trainingFile));
    job.settings = finetune::writeHyperparameters(spec.hyperparameters);
    job.plannedTokens = plannedTokens(spec.hyperparameters, training.bytes,
                                      request.method == JobMethod::Reinforcement
                                          ? spec.hyperparameters.policy.num_iterations
                                          : 1);
    return job;
}

}  // namespace hearth::app
