#include "finetune/methods/tuning.h"

#include <cmath>

#include "engine/cpu/cpu_backend.h"
#include "finetune/eval/adapter_effect.h"
#include "finetune/eval/adapter_proof.h"
#include "finetune/eval/model_proof.h"
#include "finetune/jobs/job_files.h"
#include "finetune/methods/model_files.h"
#include "finetune/methods/question_sets.h"

namespace hearth::finetune {

namespace {

constexpr int64_t kProofTexts = 4;
constexpr int64_t kProofTokens = 512;

struct Job {
    const JobContext& context;
    TrainingSession& session;
    const QuestionSets& questions;
    std::string baseBits;  // of a model that is trained whole
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

/// Beginnings of held-out texts, or of training examples where the job has none; at most half a
/// batch, as every text is asked about twice.
std::vector<std::vector<int32_t>> proofTexts(const Job& job) {
    std::vector<std::vector<int32_t>> texts;
    int64_t room = std::min(kProofTokens, job.context.spec.hyperparameters.batch_tokens / 2);
    const auto take = [&](const TokenizedDataset& dataset) {
        for (const TokenizedExample& example : dataset.examples) {
            const auto length =
                std::min<int64_t>({int64_t(example.ids.size()), kProofTokens / kProofTexts, room});
            if (length < 2 || int64_t(texts.size()) == kProofTexts)
                continue;
            texts.emplace_back(example.ids.begin(), example.ids.begin() + length);
            room -= length;
        }
    };
    for (const TokenizedDataset* heldOut : job.session.heldOut())
        take(*heldOut);
    if (texts.empty())
        take(job.session.dataset());
    return texts;
}

void showProof(const Job& job, double disagreement, double bound,
               const std::vector<std::string>& sentences) {
    for (const std::string& sentence : sentences)
        job.context.info(sentence);
    job.session.metrics().emplace_back("proof_disagreement", disagreement);
    if (std::isfinite(bound))
        job.session.metrics().emplace_back("proof_bound", bound);
}

core::Status proveEffect(const Job& job, engine::Backend& backend, engine::Model& served) {
    const auto texts = proofTexts(job);
    TrainableModel& trained = job.session.model();
    if (texts.empty()) {
        job.context.warn(
            "there is no text of two tokens on which serving and training could be "
            "compared");
        return {};
    }
    if (trained.options().part == TrainedPart::Lora) {
        CORE_ASSIGN(const AdapterProof proof, proveAdapter(backend, served, trained, texts));
        showProof(job, proof.disagreement, proof.bound, proofText(proof));
    } else {
        CORE_ASSIGN(const ModelProof proof,
                    proveModel(backend, served, trained, job.baseBits, texts));
        showProof(job, proof.disagreement, proof.bound, {proofText(proof)});
    }
    return {};
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
    CORE_TRY(proveEffect(job, *backend, *model));
    CORE_TRY(job.questions.evaluate(job.context, *backend, *model, adapter, job.session.format(),
                                    EvaluationPhase::After, step, job.session.metrics()));
    return writeAdapterDirectory(output, config, bytes, job.session.outputKey());
}

core::Status finishModel(const Job& job, int64_t step, const std::filesystem::path& output) {
    const std::vector<std::byte> bytes = serializeModel(job.session.model());
    {
        const auto backend = evaluationBackend(job.context);
        CORE_ASSIGN(const auto weights, parseBytes(bytes));
        CORE_ASSIGN(const auto model, engine::loadModel(*backend, job.session.config(), *weights,
                                                        {.load_mtp = false}));
        CORE_TRY(proveEffect(job, *backend, *model));
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
    Job job{context, *session, questions, {}};
    if (training.part == TrainedPart::Full)
        job.baseBits = publishedBits(session->model());
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
