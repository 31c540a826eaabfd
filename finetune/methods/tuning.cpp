#include "finetune/methods/tuning.h"

#include "engine/cpu/cpu_backend.h"
#include "finetune/eval/adapter_effect.h"
#include "finetune/jobs/job_files.h"
#include "finetune/methods/model_files.h"
#include "finetune/methods/question_sets.h"

namespace hearth::finetune {

namespace {

struct Job {
    const JobContext& context;
    TrainingSession& session;
    const QuestionSets& questions;
};

core::Result<std::unique_ptr<engine::WeightSource>> parseBytes(
    const std::vector<std::byte>& bytes) {
    return engine::parseSafetensors(bytes, "the trained weights");
}

std::unique_ptr<engine::Backend> evaluationBackend(const JobContext& context) {
    return engine::createCpuBackend({.threads = int(context.spec.hyperparameters.threads)});
}

core::Status evaluateBefore(const Job& job) {
    if (job.questions.empty())
        return {};
    const auto backend = evaluationBackend(job.context);
    CORE_ASSIGN(const auto model,
                engine::loadModel(*backend, job.context.spec.model_directory, {.load_mtp = false}));
    return job.questions.evaluate(job.context, *backend, *model, nullptr, job.session.format(),
                                  EvaluationPhase::Before, 0, job.session.metrics());
}

core::Status finishAdapter(const Job& job, int64_t step, const std::filesystem::path& output) {
    const std::string& base = job.context.spec.model_directory;
    const std::string config = job.session.model().adapterConfig(
        std::filesystem::path(base).lexically_normal().filename().string());
    const std::vector<std::byte> bytes = serializeAdapter(job.session.model());

    const auto backend = evaluationBackend(job.context);
    CORE_ASSIGN(const auto model, engine::loadModel(*backend, base, {.load_mtp = false}));
    CORE_ASSIGN(const auto weights, parseBytes(bytes));
    CORE_ASSIGN(const auto adapter, engine::loadAdapter(*backend, *model, config, *weights));
    CORE_ASSIGN(const double effect,
                measureAdapterEffect(*backend, *model, *adapter,
                                     job.session.dataset().examples.front().ids));
    job.session.metrics().emplace_back("adapter_effect", effect);
    CORE_TRY(job.questions.evaluate(job.context, *backend, *model, adapter, job.session.format(),
                                    EvaluationPhase::After, step, job.session.metrics()));
    return writeAdapterDirectory(output, config, bytes, job.session.outputKey());
}

core::Status finishModel(const Job& job, int64_t step, const std::filesystem::path& output) {
    const std::vector<std::byte> bytes = serializeModel(job.session.model());
    if (!job.questions.empty()) {
        const auto backend = evaluationBackend(job.context);
        CORE_ASSIGN(const auto weights, parseBytes(bytes));
        CORE_ASSIGN(const auto model, engine::loadModel(*backend, job.session.config(), *weights,
                                                        {.load_mtp = false}));
        CORE_TRY(job.questions.evaluate(job.context, *backend, *model, nullptr,
                                        job.session.format(), EvaluationPhase::After, step,
                                        job.session.metrics()));
    }
    const ModelDirectoryParts parts{job.session.configJson(), job.session.tokenizerDirectory(),
                                    job.session.config().eos_token_ids,
                                    job.session.config().bos_token_id};
    return writeModelDirectory(output, parts, bytes, job.session.outputKey());
}

}  // namespace

core::Result<FinishedEvent> tuneModel(const JobContext& context, const Training& training) {
    if (context.spec.model_directory.empty())
        return core::Error{core::ErrorCode::InvalidArgument, "model_directory is required", {}};
    CORE_ASSIGN(const QuestionSets questions, QuestionSets::load(context));
    CORE_ASSIGN(const auto session, TrainingSession::prepare(context, training));
    const Job job{context, *session, questions};
    CORE_TRY(evaluateBefore(job));
    CORE_ASSIGN(const TrainingSummary summary, session->train());

    CORE_ASSIGN(PendingDirectory output, PendingDirectory::create(context.spec.output_directory));
    CORE_TRY(training.part == TrainedPart::Lora
                 ? finishAdapter(job, summary.published_step, output.path())
                 : finishModel(job, summary.published_step, output.path()));
    CORE_TRY(output.publish());
    return session->finish(summary);
}

}  // namespace hearth::finetune
