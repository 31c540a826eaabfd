// The part of TrainingLoop that goes on from checkpoints, writes them, and returns to the best one.
#include <cstdio>
#include <cstring>

#include "finetune/jobs/training_loop.h"

namespace hearth::finetune {

namespace {

/// A visitor that copies each stored tensor; `status` holds the first misfit.
auto copyFrom(const LoadedCheckpoint& checkpoint, core::Status& status) {
    return [&](const std::string& name, std::span<float> values) {
        const engine::StoredTensor* stored = checkpoint.tensors->find(name);
        if (stored && stored->bytes.size() == values.size_bytes())
            std::memcpy(values.data(), stored->bytes.data(), values.size_bytes());
        else if (status)
            status = core::Error{core::ErrorCode::DataCorrupt,
                                 "the checkpoint does not fit the model", name};
    };
}

}  // namespace

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
    return takeOver(checkpoint);
}

core::Status TrainingLoop::takeOver(const LoadedCheckpoint& checkpoint) {
    core::Status status;
    forEachState(copyFrom(checkpoint, status));
    CORE_TRY(status);
    m_step = m_savedStep = checkpoint.state.step;
    m_optimizer.setSteps(m_step);
    m_batches.seek(checkpoint.state.batches);
    m_trainedTokens = checkpoint.state.trained_tokens;
    m_stopping.setState(checkpoint.state.stopping);
    for (const auto& [name, value] : checkpoint.state.metrics)
        (name == "train_loss" ? m_loss : m_accuracy) = value;
    return {};
}

core::Status TrainingLoop::saveCheckpoint() {
    if (m_step == m_savedStep)
        return {};
    CORE_TRY(m_journal->sync());
    std::vector<engine::TensorToWrite> tensors;
    forEachState([&](const std::string& name, std::span<float> values) {
        tensors.push_back(
            {name, engine::DType::F32, {int64_t(values.size())}, std::as_bytes(values)});
    });
    const CheckpointState state{
        .step = m_step,
        .batches = m_batches.position(),
        .trained_tokens = m_trainedTokens,
        .fingerprint = m_fingerprint,
        .metrics = {{"train_loss", m_loss}, {"train_token_accuracy", m_accuracy}},
        .stopping = m_stopping.state()};
    CORE_ASSIGN(const std::filesystem::path path, m_checkpoints.save(state, tensors));
    m_savedStep = m_step;
    m_context.sink.emit(CheckpointEvent{m_step, path.string(), state.metrics});
    return {};
}

/// Returns the step whose weights the model has now.
core::Result<int64_t> TrainingLoop::chooseWeights() {
    const StoppingState& state = m_stopping.state();
    if (m_step < m_totalSteps)
        m_context.info("Stopped early after step " + std::to_string(m_step) + ": " +
                       std::to_string(state.stale_evaluations) +
                       " evaluations without improvement");
    if (!m_stopping.keepsBest() || state.best_step == 0 || state.best_step == m_step)
        return m_step;
    auto best = m_checkpoints.load(state.best_step);
    if (best && best->state.fingerprint != m_fingerprint)
        best = core::Error{core::ErrorCode::DataCorrupt, "it belongs to another job", {}};
    if (!best)
        return core::Error{core::ErrorCode::DataCorrupt,
                           "the checkpoint of the best step, " + std::to_string(state.best_step) +
                               ", cannot be used: " + best.error().text() +
                               "; without load_best_model_at_end the last step is published",
                           {}};
    core::Status status;
    m_model.forEachState(copyFrom(*best, status));
    CORE_TRY(status);
    char loss[32];
    std::snprintf(loss, sizeof loss, "%.6g", state.best_loss);
    m_context.info("Step " + std::to_string(state.best_step) + " is kept, of held-out loss " +
                   loss + ", instead of step " + std::to_string(m_step));
    return state.best_step;
}

void TrainingLoop::forEachState(const VisitState& visit) {
    m_model.forEachState(visit);
    m_optimizer.forEachState(visit);
    m_experts.forEachState(visit);
}

}  // namespace hearth::finetune
