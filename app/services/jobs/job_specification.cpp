// From a job's row to what its worker is told.
#include "app/services/jobs/job_service.h"
#include "app/services/jobs/job_settings.h"
#include "app/worker/worker_channel.h"
#include "core/crypto/sha256.h"
#include "core/file.h"
#include "core/strings.h"
#include "finetune/data/forms/recognise.h"
#include "finetune/data/row_hash.h"
#include "finetune/eval/choice_set.h"

namespace hearth::app {
namespace {

using storage::JobRow;
using storage::Scope;

constexpr const char* kJobKey = "job";
constexpr const char* kModelKey = "model";
constexpr const char* kTeacherKey = "teacher";

int64_t longestLine(std::string_view text) {
    size_t longest = 0;
    for (const std::string_view line : core::split(text, '\n'))
        longest = std::max(longest, line.size());
    return int64_t(longest);
}

/// In bytes. A row of a table may have several lines, an array only one for all.
int64_t longestRow(std::string_view content) {
    const auto form = finetune::recogniseForm(content);
    if (!form || form->container == finetune::Container::Jsonl)
        return longestLine(content);
    size_t longest = 0;
    finetune::forEachMappedRow(content, *form, [&](int64_t, const finetune::ReadRow& row) {
        longest = std::max(longest, row ? finetune::rowLine(*row).size() : 0);
        return true;
    });
    return int64_t(longest);
}

}  // namespace

/// The key of a job's checkpoints and result. Derived, so that a restarted node has it again.
core::SecureBytes JobService::keyOf(const std::string& jobId) const {
    return core::SecureBytes::copyOf(core::hmacSha256(m_jobMaster, core::asBytes(jobId)));
}

core::Result<finetune::JobSpec> JobService::specOf(const JobRow& job, const JobRequest& request) {
    const Scope scope = Scope::department(job.owner.departmentId);
    CORE_ASSIGN(const auto model, m_modelRows.find(scope, job.modelId));
    CORE_ASSIGN(const auto training, m_files.find(scope, job.trainingFile));
    CORE_ASSIGN(const auto content, contentOf(job, job.trainingFile));
    CORE_TRY(checkDataset(request.method, core::asText(content), "training_file"));
    finetune::JobSpec spec;
    spec.job_id = job.id;
    spec.method = traitsOf(request.method).trainer;
    spec.model_directory = (m_data.paths().root / model.path.value_or("")).string();
    if (!model.wrappedKey.empty())
        spec.model_key = kModelKey;
    spec.full = request.full;
    spec.adapter = request.method == JobMethod::Pretraining && !request.full;
    CORE_ASSIGN(const auto config, engine::readModelConfig(spec.model_directory));
    CORE_ASSIGN(spec.hyperparameters,
                hyperparametersOf(request, {.examples = training.lineCount,
                                            .bytes = training.bytes,
                                            .longestLineBytes = longestRow(core::asText(content)),
                                            .contextLength = config.max_position_embeddings,
                                            .hiddenSize = config.hidden_size,
                                            .seed = uint64_t(job.seed)}));
    if (spec.hyperparameters.threads == 0)
        spec.hyperparameters.threads = m_options.threads;
    if (!request.teacher.empty()) {
        CORE_ASSIGN(const auto row, m_modelRows.find(scope, request.teacher));
        spec.teacher_directory = (m_data.paths().root / row.path.value_or("")).string();
        if (!row.wrappedKey.empty())
            spec.teacher_key = kTeacherKey;
    }
    for (const std::string& judge : request.judges()) {
        CORE_ASSIGN(const auto row, m_modelRows.find(scope, judge));
        spec.judges.push_back({judge, (m_data.paths().root / row.path.value_or("")).string()});
    }
    spec.output_directory = (folderOf(job.id) / "result").string();
    spec.checkpoint_directory = (folderOf(job.id) / "checkpoints").string();
    spec.output_key = kJobKey;
    spec.keep_checkpoints = true;
    return spec;
}

core::Result<std::vector<std::byte>> JobService::contentOf(const JobRow& job,
                                                           const std::string& fileId) {
    const Scope scope = Scope::department(job.owner.departmentId);
    CORE_ASSIGN(const auto file, m_files.find(scope, fileId));
    return m_data.blobs().read(scope, file.blobId);
}

core::Status JobService::addDataset(const JobRow& job, const std::string& fileId,
                                    const std::string& keyName, finetune::DatasetRef& dataset,
                                    std::vector<std::pair<std::string, std::string>>& keys) {
    const Scope scope = Scope::department(job.owner.departmentId);
    CORE_ASSIGN(const auto file, m_files.find(scope, fileId));
    CORE_ASSIGN(const auto blob, m_data.blobs().locate(scope, file.blobId));
    dataset.path = blob.path.string();
    dataset.key = keyName;
    keys.emplace_back(keyName, core::toHex(blob.key.span()));
    return {};
}

core::Result<std::string> JobService::startLine(const JobRow& job, const WorkerTask& task) {
    CORE_ASSIGN(const JobRequest request, parseJobRequest(job.spec));
    CORE_ASSIGN(auto spec, specOf(job, request));
    std::vector<std::pair<std::string, std::string>> keys;
    const auto format = traitsOf(request.method).format;
    spec.inputs.push_back({.format = format});
    CORE_TRY(addDataset(job, job.trainingFile, "training", spec.inputs.back(), keys));
    if (job.validationFile) {
        finetune::EvaluationSet set{.name = "validation", .data = {.format = format}};
        set.at_intervals = true;
        set.max_examples = request.evalSamples.value_or(0);
        CORE_TRY(addDataset(job, *job.validationFile, "validation", set.data, keys));
        spec.evaluations.push_back(std::move(set));
    }
    for (size_t i = 0; i < request.evaluations.size(); ++i) {
        const EvaluationFile& file = request.evaluations[i];
        CORE_ASSIGN(const auto content, contentOf(job, file.fileId));
        finetune::EvaluationSet set{.name = file.name,
                                    .kind = finetune::holdsChoices(core::asText(content))
                                                ? finetune::EvaluationKind::MultipleChoice
                                                : finetune::EvaluationKind::Questions};
        CORE_TRY(addDataset(job, file.fileId, "evaluation-" + std::to_string(i), set.data, keys));
        spec.evaluations.push_back(std::move(set));
    }
    const auto addModelKey = [&](const std::string& name, const std::string& id) -> core::Status {
        if (name.empty())
            return {};
        CORE_ASSIGN(const auto model,
                    m_modelRows.find(Scope::department(job.owner.departmentId), id));
        CORE_ASSIGN(const auto key, m_modelKeys.unwrap(model));
        keys.emplace_back(name, core::toHex(key.span()));
        return {};
    };
    CORE_TRY(addModelKey(spec.model_key, job.modelId));
    CORE_TRY(addModelKey(spec.teacher_key, request.teacher));
    keys.emplace_back(kJobKey, core::toHex(keyOf(job.id).span()));
    std::string line = writeStartLine(spec, keys, task);
    for (auto& [name, hex] : keys)
        core::wipe(std::as_writable_bytes(std::span(hex)));
    return line;
}

}  // namespace hearth::app
