#include "finetune/methods/training_session.h"

#include <chrono>

#include "core/file.h"
#include "finetune/jobs/process_memory.h"
#include "finetune/jobs/training_precision.h"
#include "finetune/methods/base_model.h"
#include "finetune/methods/training_data.h"

namespace hearth::finetune {

namespace fs = std::filesystem;

namespace {

constexpr int64_t kRoutingTokens = 512;  // on which the experts' drift is measured

core::Error invalid(std::string message) {
    return {core::ErrorCode::InvalidArgument, std::move(message), {}};
}

fs::path configFile(const JobSpec& spec) {
    return spec.model_config_file.empty() ? fs::path(spec.model_directory) / "config.json"
                                          : fs::path(spec.model_config_file);
}

fs::path tokenizerDirectory(const JobSpec& spec) {
    return spec.tokenizer_directory.empty() ? spec.model_directory : spec.tokenizer_directory;
}

core::Status checkSpec(const JobSpec& spec) {
    if (spec.model_directory.empty() && spec.model_config_file.empty())
        return invalid("model_directory is required, or model_config_file to train from scratch");
    if (!spec.model_directory.empty() && !spec.model_config_file.empty())
        return invalid("model_config_file trains from scratch and excludes model_directory");
    if (spec.adapter && spec.method != "pretrain")
        return invalid("adapter belongs to method pretrain; " + spec.method +
                       " trains an adapter unless the job says full");
    if (tokenizerDirectory(spec).empty())
        return invalid("tokenizer_directory is required");
    if (spec.hyperparameters.max_seq_len > spec.hyperparameters.batch_tokens)
        return invalid("hyperparameters.max_seq_len must not exceed batch_tokens");
    return {};
}

/// The format of the only methods that take it; nothing: texts and chats, which the others share.
std::optional<DataKind> ownFormat(const DatasetRef& dataset) {
    const bool shared = dataset.format == DataKind::Chat || dataset.format == DataKind::Text;
    return shared ? std::nullopt : std::optional(dataset.format);
}

std::string nameOf(std::optional<DataKind> format) {
    return format ? dataKindName(*format) : "chat or text";
}

/// Data of the wrong kind would train on answers that are to be avoided.
core::Status checkFormats(const JobSpec& spec, std::optional<DataKind> format) {
    for (size_t i = 0; i < spec.inputs.size(); ++i)
        if (ownFormat(spec.inputs[i]) != format)
            return invalid("inputs[" + std::to_string(i) + "].format must be " + nameOf(format) +
                           " for method " + spec.method);
    for (size_t i = 0; i < spec.evaluations.size(); ++i) {
        const auto own = ownFormat(spec.evaluations[i].data);
        if (own && own != format && spec.evaluations[i].kind == EvaluationKind::Loss)
            return invalid("evaluations[" + std::to_string(i) + "].data.format " + nameOf(own) +
                           " is not measured by method " + spec.method);
    }
    return {};
}

core::Status checkFit(const JobSpec& spec, const engine::ModelConfig& config,
                      const engine::Tokenizer& tokenizer) {
    if (spec.hyperparameters.max_seq_len > config.max_position_embeddings)
        return invalid("hyperparameters.max_seq_len is " +
                       std::to_string(spec.hyperparameters.max_seq_len) +
                       ", but the model has max_position_embeddings " +
                       std::to_string(config.max_position_embeddings));
    if (tokenizer.vocabSize() > config.vocab_size)
        return invalid("the tokenizer has " + std::to_string(tokenizer.vocabSize()) +
                       " tokens, but the model's vocab_size is " +
                       std::to_string(config.vocab_size));
    return {};
}

/// Bytes that the job may take.
int64_t memoryFor(const Hyperparameters& settings) {
    return settings.memory_gb > 0.0 ? int64_t(settings.memory_gb * 1e9) : availableBytes();
}

core::Result<std::unique_ptr<Objective>> createLikelihood(const JobContext&,
                                                          const engine::ChatFormat&,
                                                          TrainableModel& model,
                                                          const TokenizedDataset& dataset) {
    return likelihoodObjective(model, dataset);
}

}  // namespace

ObjectiveKind likelihoodKind() {
    return {.format = std::nullopt, .create = createLikelihood};
}

TrainingSession::TrainingSession(const JobContext& context, engine::ChatFormat format)
    : m_context(context),
      m_start(std::chrono::steady_clock::now()),
      m_format(std::move(format)),
      m_tokenizerDirectory(hearth::finetune::tokenizerDirectory(context.spec)) {}

core::Result<std::unique_ptr<TrainingSession>> TrainingSession::prepare(const JobContext& context,
                                                                        const Training& training) {
    const std::string& output = context.spec.output_directory;
    if (fs::exists(output))
        return core::Error{core::ErrorCode::AlreadyExists,
                           "there is something at output_directory already", output};
    CORE_ASSIGN(auto session, open(context, training));
    CORE_TRY(recordPrecision(context.spec));
    session->announce();
    return session;
}

core::Result<std::unique_ptr<TrainingSession>> TrainingSession::open(const JobContext& context,
                                                                     const Training& training) {
    const JobSpec& spec = context.spec;
    const ObjectiveKind& kind = training.kind;
    CORE_TRY(checkSpec(spec));
    CORE_TRY(checkFormats(spec, kind.format));
    CORE_TRY(checkStopping(spec));
    CORE_ASSIGN(engine::ChatFormat format,
                engine::ChatFormat::load(hearth::finetune::tokenizerDirectory(spec)));
    std::unique_ptr<TrainingSession> session(new TrainingSession(context, std::move(format)));
    CORE_ASSIGN(session->m_outputKey, context.keys.find(spec.output_key));
    CORE_ASSIGN(session->m_dataset, loadInputs(context, session->m_format));
    CORE_ASSIGN(session->m_lossSets, LossSets::load(context, session->m_format));
    CORE_TRY(session->loadModel(training.part));
    CORE_ASSIGN(session->m_objective,
                kind.create(context, session->m_format, *session->m_model, session->m_dataset));

    session->m_checkpoints =
        std::make_unique<CheckpointStore>(spec.checkpointDirectory(), session->m_outputKey);
    CORE_ASSIGN(std::string fingerprint,
                jobFingerprint(context, session->m_configJson, session->m_dataset));
    session->m_loop =
        std::make_unique<TrainingLoop>(context, *session->m_model, *session->m_objective,
                                       *session->m_checkpoints, std::move(fingerprint));
    return session;
}

core::Status TrainingSession::loadModel(TrainedPart part) {
    const JobSpec& spec = m_context.spec;
    CORE_ASSIGN(m_configJson, core::readTextFile(configFile(spec)));
    CORE_ASSIGN(const engine::ModelConfig config, engine::parseModelConfig(m_configJson));
    CORE_TRY(checkFit(spec, config, m_format.tokenizer()));
    CORE_ASSIGN(m_plan, planJob(spec, part, config));
    CORE_TRY(checkMemory(spec, part, config, m_plan, memoryFor(spec.hyperparameters)));
    m_backend = createTrainingBackend(int(spec.hyperparameters.threads));
    const TrainableOptions options = trainableOptions(spec.hyperparameters, part);
    if (spec.model_directory.empty()) {
        CORE_ASSIGN(m_model, createTrainableModel(*m_backend, config, options));
        return {};
    }
    CORE_ASSIGN(BaseModel base, loadBaseModel(*m_backend, spec.model_directory, config, options));
    m_source = std::move(base.source);
    m_model = std::move(base.model);
    return {};
}

void TrainingSession::announce() {
    const int64_t found = m_loop->findCheckpoint();
    m_context.sink.emit(StartedEvent{
        .method = m_context.spec.method,
        .total_steps = m_loop->totalSteps(),
        .resumed_step = found,
        .examples = int64_t(m_dataset.examples.size()),
        .truncated_examples = m_dataset.truncated,
        .trainable_parameters = m_model->trained().size(),
        .total_parameters = m_model->parameterCount(),
        .planned_bytes = m_plan.needed(),
        .precision = m_model->options().operands == engine::DType::BF16 ? "bf16" : "f32"});
}

core::Result<TrainingSummary> TrainingSession::train() {
    m_lossSets.reportNgramBaselines(m_context, m_dataset, config().vocab_size, m_metrics);
    m_objective->prepare();
    if (!m_model->expertUse().empty())
        m_loop->watchRouting(routingSample(
            m_dataset, std::min(kRoutingTokens, m_context.spec.hyperparameters.batch_tokens / 4)));
    CORE_TRY(evaluate(EvaluationPhase::Before, 0, m_metrics));
    CORE_TRY(m_loop->resume());
    CORE_ASSIGN(const TrainingSummary summary,
                m_loop->run([this](int64_t step) { return heldOutLoss(step); }));
    m_metrics.emplace_back("peak_resident_bytes", double(peakResidentBytes()));
    m_metrics.emplace_back("train_loss", summary.loss);
    m_metrics.emplace_back("train_token_accuracy", summary.token_accuracy);
    if (summary.paused_seconds > 0.0)
        m_metrics.emplace_back("paused_seconds", summary.paused_seconds);
    CORE_TRY(evaluate(EvaluationPhase::After, summary.published_step, m_metrics));
    return summary;
}

core::Result<ProbedEvent> TrainingSession::probe(int64_t steps) {
    m_objective->prepare();
    CORE_ASSIGN(ProbedEvent probed, m_loop->probe(steps));
    probed.planned_bytes = m_plan.needed();
    probed.peak_bytes = peakResidentBytes();
    return probed;
}

core::Result<VerifiedEvent> TrainingSession::replay(const ReplayOptions& options) {
    m_objective->prepare();
    return m_loop->replay(options);
}

core::Status TrainingSession::evaluate(EvaluationPhase phase, int64_t step, Metrics& metrics) {
    m_lossSets.evaluate(m_context, *m_model, phase, step, metrics);
    return m_objective->evaluate(phase, step, metrics);
}

core::Result<std::optional<double>> TrainingSession::heldOutLoss(int64_t step) {
    Metrics losses;
    CORE_TRY(evaluate(EvaluationPhase::During, step, losses));
    return losses.empty() ? std::nullopt : std::optional(losses.front().second);
}

FinishedEvent TrainingSession::finish(const TrainingSummary& summary) {
    if (!m_context.spec.keep_checkpoints)
        m_checkpoints->removeAll();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - m_start;
    return {.output_path = m_context.spec.output_directory,
            .trained_tokens = summary.trained_tokens,
            .steps = summary.steps,
            .published_step = summary.published_step,
            .stop_reason = summary.stopped_early ? "early_stopping" : "completed",
            .seconds = seconds.count(),
            .metrics = m_metrics};
}

}  // namespace hearth::finetune
