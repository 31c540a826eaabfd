#include "finetune/jobs/training_loop.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "finetune/jobs/process_memory.h"
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
      m_optimizer(model.threadPool(), model.trained(), optimizerOptions(m_settings)),
      m_stopping(m_settings),
      m_experts(model.expertUse()),
      m_updates(objective.updates()) {
    const auto ceilOf = [](int64_t a, int64_t b) { return (a + b - 1) / b; };
    const int64_t window = m_settings.accumulation;
    m_totalBatches = m_settings.max_steps > 0 ? ceilOf(m_settings.max_steps, m_updates) * window
                                              : m_batches.batchesIn(m_settings.epochs);
    m_totalSteps = m_settings.max_steps > 0 ? m_settings.max_steps
                                            : ceilOf(m_totalBatches, window) * m_updates;
    m_schedule = schedule(m_settings, m_totalSteps);
}

core::Result<TrainingSummary> TrainingLoop::run(const Evaluate& evaluate) {
    CORE_ASSIGN(m_journal, StepJournal::open(m_checkpoints.journalPath(), m_fingerprint));
    const auto start = Clock::now();
    const int64_t stepAtStart = m_step;
    const int64_t tokensAtStart = m_trainedTokens;
    while (!ended()) {
        // What a window's later steps go on from is in no checkpoint.
        if (betweenWindows() && m_context.cancelled()) {
            CORE_TRY(saveCheckpoint());
            return core::Error{
                core::ErrorCode::Cancelled, "stopped after step " + std::to_string(m_step), {}};
        }
        auto stepped = trainNext();
        if (!stepped) {
            if (stepped.error().code == core::ErrorCode::Cancelled)
                CORE_TRY(saveCheckpoint());
            return stepped.error();
        }
        CORE_TRY(record(recordOf(*stepped)));
        const std::chrono::duration<double> seconds = Clock::now() - start;
        report(*stepped, seconds.count(), tokensAtStart, stepAtStart);
        CORE_TRY(afterStep(evaluate));
    }
    CORE_ASSIGN(const int64_t published, chooseWeights());
    return TrainingSummary{.steps = m_step,
                           .published_step = published,
                           .stopped_early = m_step < m_totalSteps,
                           .trained_tokens = m_trainedTokens,
                           .loss = m_loss,
                           .token_accuracy = m_accuracy,
                           .paused_seconds = m_context.paused_seconds};
}

/// A step that was trained before the job was interrupted has to come out as it did.
core::Status TrainingLoop::record(const StepRecord& step) {
    const auto earlier = m_journal->find(step.step);
    if (earlier && earlier->sameAs(step))
        return {};
    if (earlier)
        m_context.warn("step " + std::to_string(step.step) +
                       " came out differently than before the job was interrupted; was the program "
                       "changed meanwhile?");
    return m_journal->add(step);
}

core::Result<TrainingLoop::StepResult> TrainingLoop::trainNext() {
    const int64_t batch = m_batches.position();
    auto stepped = trainStep();
    if (!stepped) {  // nothing has changed: the step is made anew
        m_batches.seek(batch);
        return stepped;
    }
    if (!std::isfinite(stepped->losses.loss) || !std::isfinite(stepped->gradient_norm))
        return core::Error{core::ErrorCode::Internal,
                           "the loss is no longer a number at step " + std::to_string(m_step) +
                               "; a lower learning rate may help",
                           {}};
    remember(*stepped);
    return stepped;
}

bool TrainingLoop::betweenWindows() const {
    return m_step % m_updates == 0 || m_step == m_totalSteps;
}

void TrainingLoop::nextWindow() {
    m_window = {.plans = {}, .first = m_batches.position(), .units = 0};
    while (int64_t(m_window.plans.size()) < m_settings.accumulation &&
           m_batches.position() < m_totalBatches) {
        m_window.plans.push_back(m_batches.next());
        m_window.units += m_objective.units(m_window.plans.back());
    }
}

core::Result<TrainingLoop::StepResult> TrainingLoop::trainStep() {
    if (betweenWindows())
        nextWindow();
    StepResult result;
    m_model.zeroGradients();
    for (size_t i = 0; i < m_window.plans.size(); ++i) {
        m_context.waitForTurn();
        m_objective.seek(m_window.first + int64_t(i), m_step % m_updates);
        CORE_ASSIGN(const ObjectiveSums sums,
                    m_objective.accumulate(m_window.plans[i], m_window.units));
        result.losses += sums;
    }
    result.gradient_norm = gradientNorm(m_model.trained());
    result.learning_rate = m_schedule.at(m_step);
    if (std::isfinite(result.gradient_norm))
        m_optimizer.step(result.learning_rate, clipScale(result.gradient_norm, m_settings.clip));
    watchExperts();
    if (m_settings.balance_gamma > 0.0)
        m_model.balanceExperts(m_settings.balance_gamma);
    return result;
}

void TrainingLoop::watchExperts() {
    const int64_t step = m_step + 1;
    m_experts.add(step, m_model.expertUse());
    if (!m_drift || (m_driftKnown && !m_drift->isDue(step) && step != m_totalSteps))
        return;
    m_experts.setDrift(m_drift->measure());
    m_driftKnown = true;
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
    for (const std::string& alarm : m_experts.takeAlarms())
        m_context.warn(alarm);
    if (m_step % m_settings.report_every != 0 && m_step != m_totalSteps)
        return;
    Metrics metrics = result.losses.meanMetrics();
    for (auto& metric : m_experts.metrics())
        metrics.push_back(std::move(metric));
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
        .resident_bytes = residentBytes(),
        .metrics = std::move(metrics),
        .experts = m_experts.layers(),
    });
}

StepRecord TrainingLoop::recordOf(const StepResult& result) const {
    return {.step = m_step,
            .loss = result.losses.meanLoss(),
            .gradient_norm = result.gradient_norm,
            .tokens = m_trainedTokens};
}

/// After every so many steps, or as soon after them as a window ends.
bool TrainingLoop::isDue(int64_t every) const {
    const int64_t before = (m_step - 1) / m_updates * m_updates;  // where the window began
    return every > 0 && betweenWindows() && m_step / every > before / every;
}

core::Status TrainingLoop::afterStep(const Evaluate& evaluate) {
    const bool last = m_step == m_totalSteps;
    bool best = false;
    if (last ? m_stopping.keepsBest() : isDue(m_settings.evaluate_every)) {
        const auto loss = evaluate(m_step);
        // What was measured is part of the state, unless nothing depends on it.
        if (!loss && loss.error().code == core::ErrorCode::Cancelled && !m_stopping.watches())
            CORE_TRY(saveCheckpoint());
        if (!loss)
            return loss.error();
        best = m_stopping.watches() && *loss && m_stopping.add(m_step, **loss);
    }
    const int64_t every = m_settings.checkpoint_every;
    if (isDue(every) || (every > 0 && ended()) || (best && m_stopping.keepsBest()))
        return saveCheckpoint();
    return {};
}

core::Result<ProbedEvent> TrainingLoop::probe(int64_t steps) {
    std::vector<double> seconds;
    int64_t tokens = 0;
    for (int64_t i = 0; i < std::min(steps, m_totalSteps); ++i) {
        if (m_context.cancelled())
            return core::Error{core::ErrorCode::Cancelled, "the probe was stopped", {}};
        const auto start = Clock::now();
        CORE_ASSIGN(const StepResult trained, trainNext());
        showTrial(i + 1, std::min(steps, m_totalSteps), trained);
        seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
        if (i == 0)
            tokens = m_trainedTokens;
    }
    ProbedEvent probed{.steps = int64_t(seconds.size()), .total_steps = m_totalSteps};
    if (seconds.size() > 1) {
        seconds.erase(seconds.begin());
        tokens = m_trainedTokens - tokens;
    }
    const double sum = std::accumulate(seconds.begin(), seconds.end(), 0.0);
    probed.tokens_per_second = sum > 0.0 ? double(tokens) / sum : 0.0;
    const auto middle = seconds.begin() + int64_t(seconds.size() / 2);
    std::ranges::nth_element(seconds, middle);
    probed.seconds_per_step = seconds.empty() ? 0.0 : *middle;
    probed.seconds = probed.seconds_per_step * double(m_totalSteps);
    return probed;
}

}  // namespace hearth::finetune
