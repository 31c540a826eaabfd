#include "finetune/jobs/training_loop.h"

#include <chrono>
#include <cmath>
#include <cstring>

#include "finetune/optim/gradient_clip.h"

namespace hearth::finetune {

namespace {

using Clock = std::chrono::steady_clock;

// Weight of the newest step in the loss that is reported at the end.
constexpr double kNewestWeight = 0.05;

AdamWOptions optimizerOptions(const Hyperparameters& settings) {
    return {.beta1 = settings.beta1,
            .beta2 = settings.beta2,
            .epsilon = settings.epsilon,
            .weight_decay = settings.weight_decay,
            .decay_vectors = false,
            .b_rate_ratio = settings.lora.b_rate_ratio};
}

LearningRateSchedule schedule(const Hyperparameters& settings, int64_t totalSteps) {
    const int64_t warmup = settings.warmup_steps > 0
                               ? settings.warmup_steps
                               : int64_t(std::ceil(settings.warmup_ratio * double(totalSteps)));
    return {.peak = settings.learning_rate,
            .decay = DecayShape::Cosine,
            .warmup_steps = std::min(warmup, totalSteps),
            .total_steps = totalSteps,
            .min_ratio = settings.min_lr_ratio};
}

}  // namespace

TrainingLoop::TrainingLoop(const JobContext& context, TrainableModel& model, Objective& objective,
                           CheckpointStore& checkpoints, std::string fingerprint)
    : m_context(context),
      m_settings(context.spec.hyperparameters),
      m_model(model),
      m_objective(objective),
      m_checkpoints(checkpoints),
      m_fingerprint(std::move(fingerprint)),
      m_batches(objective.lengths(), m_settings.batch_tokens, m_settings.seed),
      m_optimizer(model.threadPool(), model.trained(), optimizerOptions(m_settings)) {
    const int64_t window = m_settings.accumulation;
    m_totalBatches = m_settings.max_steps > 0 ? m_settings.max_steps * window
                                              : m_batches.batchesIn(m_settings.epochs);
    m_totalSteps = (m_totalBatches + window - 1) / window;
    m_schedule = schedule(m_settings, m_totalSteps);
}

int64_t TrainingLoop::findCheckpoint() {
    std::vector<std::string> warnings;
    m_found = m_checkpoints.loadNewest(m_fingerprint, warnings);
    for (const std::string& warning : warnings)
        m_context.warn(warning);
    return m_found ? m_found->state.step : 0;
}

core::Status TrainingLoop::resume() {
    if (!m_found)
        return {};
    const LoadedCheckpoint checkpoint = std::move(*m_found);
    m_found.reset();
    core::Status status;
    forEachState([&](const std::string& name, std::span<float> values) {
        const engine::StoredTensor* stored = checkpoint.tensors->find(name);
        if (!stored || stored->bytes.size() != values.size_bytes())
            status = core::Error{core::ErrorCode::DataCorrupt,
                                 "the checkpoint does not fit the model", name};
        else
            std::memcpy(values.data(), stored->bytes.data(), values.size_bytes());
    });
    CORE_TRY(status);
    m_step = m_savedStep = checkpoint.state.step;
    m_optimizer.setSteps(m_step);
    m_batches.seek(checkpoint.state.batches);
    m_trainedTokens = checkpoint.state.trained_tokens;
    for (const auto& [name, value] : checkpoint.state.metrics)
        (name == "train_loss" ? m_loss : m_accuracy) = value;
    return {};
}

core::Result<TrainingSummary> TrainingLoop::run(
    const std::function<core::Status(int64_t step)>& atInterval) {
    const auto start = Clock::now();
    const int64_t stepAtStart = m_step;
    const int64_t tokensAtStart = m_trainedTokens;
    while (m_step < m_totalSteps) {
        if (m_context.cancelled()) {
            CORE_TRY(saveCheckpoint());
            return core::Error{
                core::ErrorCode::Cancelled, "stopped after step " + std::to_string(m_step), {}};
        }
        const int64_t batch = m_batches.position();
        auto stepped = trainStep();
        if (!stepped) {  // nothing has changed: the step is made anew
            m_batches.seek(batch);
            if (stepped.error().code == core::ErrorCode::Cancelled)
                CORE_TRY(saveCheckpoint());
            return stepped.error();
        }
        const StepResult& result = *stepped;
        if (!std::isfinite(result.losses.loss) || !std::isfinite(result.gradient_norm))
            return core::Error{core::ErrorCode::Internal,
                               "the loss is no longer a number at step " + std::to_string(m_step) +
                                   "; a lower learning rate may help",
                               {}};
        remember(result);
        const std::chrono::duration<double> seconds = Clock::now() - start;
        report(result, seconds.count(), tokensAtStart, stepAtStart);
        CORE_TRY(afterStep(atInterval));
    }
    return TrainingSummary{m_step, m_trainedTokens, m_loss, m_accuracy};
}

core::Result<TrainingLoop::StepResult> TrainingLoop::trainStep() {
    const int64_t first = m_batches.position();
    std::vector<BatchPlan> window;
    int64_t units = 0;
    while (int64_t(window.size()) < m_settings.accumulation &&
           m_batches.position() < m_totalBatches) {
        window.push_back(m_batches.next());
        units += m_objective.units(window.back());
    }

    StepResult result;
    m_model.zeroGradients();
    for (size_t i = 0; i < window.size(); ++i) {
        m_objective.seek(first + int64_t(i));
        CORE_ASSIGN(const ObjectiveSums sums, m_objective.accumulate(window[i], units));
        result.losses += sums;
    }
    result.gradient_norm = gradientNorm(m_model.trained());
    result.learning_rate = m_schedule.at(m_step);
    if (std::isfinite(result.gradient_norm))
        m_optimizer.step(result.learning_rate, clipScale(result.gradient_norm, m_settings.clip));
    if (m_settings.balance_gamma > 0.0)
        m_model.balanceExperts(m_settings.balance_gamma);
    return result;
}

void TrainingLoop::remember(const StepResult& result) {
    const double weight = m_step == 0 ? 1.0 : kNewestWeight;
    m_loss += weight * (result.losses.meanLoss() - m_loss);
    m_accuracy += weight * (result.losses.accuracy() - m_accuracy);
    m_trainedTokens += result.losses.tokens;
    ++m_step;
}

void TrainingLoop::report(const StepResult& result, double secondsSoFar, int64_t tokensAtStart,
                          int64_t stepAtStart) {
    if (m_step % m_settings.report_every != 0 && m_step != m_totalSteps)
        return;
    const double seconds = std::max(secondsSoFar, 1e-9);
    const double secondsPerStep = seconds / double(m_step - stepAtStart);
    m_context.sink.emit(ProgressEvent{
        .step = m_step,
        .total_steps = m_totalSteps,
        .epoch = m_batches.epoch(),
        .loss = result.losses.meanLoss(),
        .token_accuracy = result.losses.accuracy(),
        .learning_rate = result.learning_rate,
        .gradient_norm = result.gradient_norm,
        .tokens = m_trainedTokens,
        .tokens_per_second = double(m_trainedTokens - tokensAtStart) / seconds,
        .eta_seconds = secondsPerStep * double(m_totalSteps - m_step),
        .metrics = result.losses.meanMetrics(),
    });
}

core::Status TrainingLoop::afterStep(const std::function<core::Status(int64_t step)>& atInterval) {
    const bool last = m_step == m_totalSteps;
    const int64_t every = m_settings.checkpoint_every;
    if (every > 0 && (last || m_step % every == 0))
        CORE_TRY(saveCheckpoint());
    if (!last && m_settings.evaluate_every > 0 && m_step % m_settings.evaluate_every == 0)
        return atInterval(m_step);
    return {};
}

core::Status TrainingLoop::saveCheckpoint() {
    if (m_step == m_savedStep)
        return {};
    std::vector<engine::TensorToWrite> tensors;
    forEachState([&](const std::string& name, std::span<float> values) {
        tensors.push_back(
            {name, engine::DType::F32, {int64_t(values.size())}, std::as_bytes(values)});
    });
    const CheckpointState state{m_step,
                                m_batches.position(),
                                m_trainedTokens,
                                m_fingerprint,
                                {{"train_loss", m_loss}, {"train_token_accuracy", m_accuracy}}};
    CORE_ASSIGN(const std::filesystem::path path, m_checkpoints.save(state, tensors));
    m_savedStep = m_step;
    m_context.sink.emit(CheckpointEvent{m_step, path.string(), state.metrics});
    return {};
}

void TrainingLoop::forEachState(
    const std::function<void(const std::string&, std::span<float>)>& visit) {
    m_model.forEachState(visit);
    m_optimizer.forEachState(visit);
}

}  // namespace hearth::finetune
