// The part of TrainingLoop that trains recorded steps again.
#include <cstring>

#include "finetune/jobs/training_loop.h"

namespace hearth::finetune {

namespace {

core::Error unknown(const std::string& message) {
    return {core::ErrorCode::NotFound, message, {}};
}

/// Steps behind `from` that are recorded without a gap, at most `wanted`.
int64_t recordedBehind(const StepRecords& records, int64_t from, int64_t wanted) {
    int64_t count = 0;
    while (count < wanted && records.contains(from + count + 1))
        ++count;
    return count;
}

core::Result<int64_t> chooseStart(const ReplayOptions& options, const StepRecords& records,
                                  std::vector<int64_t> checkpoints) {
    if (options.from) {
        if (recordedBehind(records, *options.from, 1) == 0)
            return unknown("no step behind step " + std::to_string(*options.from) + " is recorded");
        return *options.from;
    }
    checkpoints.insert(checkpoints.begin(), 0);
    for (const int64_t enough : {options.steps, int64_t(1)})
        for (auto from = checkpoints.rbegin(); from != checkpoints.rend(); ++from)
            if (recordedBehind(records, *from, enough) == enough)
                return *from;
    return unknown("no step behind a checkpoint is recorded");
}

/// How a result that is to be compared came about.
VerifiedEvent compared(const StepRecord& recorded, const StepRecord& replayed) {
    return {.to_step = recorded.step,
            .equal = recorded.sameAs(replayed),
            .recorded_loss = recorded.loss,
            .replayed_loss = replayed.loss,
            .recorded_gradient_norm = recorded.gradient_norm,
            .replayed_gradient_norm = replayed.gradient_norm};
}

}  // namespace

core::Result<VerifiedEvent> TrainingLoop::replay(const ReplayOptions& options) {
    CORE_ASSIGN(const StepRecords records,
                readStepJournal(m_checkpoints.journalPath(), m_fingerprint));
    if (records.empty())
        return unknown(
            "no steps are recorded beside the job's checkpoints, or they were recorded with other "
            "data, another model or other settings than the job has now (" +
            m_checkpoints.journalPath().string() + ")");
    const std::vector<int64_t> checkpoints = m_checkpoints.steps();
    CORE_ASSIGN(const int64_t from, chooseStart(options, records, checkpoints));
    CORE_TRY(startAt(from));

    VerifiedEvent result{.equal = true};
    int64_t comparedCheckpoints = 0;
    const int64_t steps = recordedBehind(records, from, options.steps);
    for (int64_t i = 0; i < steps && result.equal && m_step < m_totalSteps; ++i) {
        if (m_context.cancelled())
            return core::Error{core::ErrorCode::Cancelled, "the verification was stopped", {}};
        CORE_ASSIGN(const StepResult trained, trainNext());
        showTrial(i + 1, steps, trained);
        result = compared(records.at(m_step), recordOf(trained));
        if (result.equal && std::ranges::binary_search(checkpoints, m_step)) {
            CORE_ASSIGN(result.tensor, differingTensor(m_step));
            result.equal = result.tensor.empty();
            ++comparedCheckpoints;
        }
    }
    result.from_step = from;
    result.checkpoints = comparedCheckpoints;
    return result;
}

/// Of a probe or a verification, whose steps are not the job's.
void TrainingLoop::showTrial(int64_t step, int64_t steps, const StepResult& trained) {
    m_context.sink.emit(ProgressEvent{.step = step,
                                      .total_steps = steps,
                                      .loss = trained.losses.meanLoss(),
                                      .token_accuracy = trained.losses.accuracy(),
                                      .learning_rate = trained.learning_rate,
                                      .gradient_norm = trained.gradient_norm,
                                      .tokens = m_trainedTokens});
}

core::Status TrainingLoop::startAt(int64_t step) {
    if (step == 0)
        return {};
    CORE_ASSIGN(const LoadedCheckpoint checkpoint, m_checkpoints.load(step));
    if (checkpoint.state.fingerprint != m_fingerprint || checkpoint.state.step != step)
        return core::Error{core::ErrorCode::DataCorrupt,
                           "the checkpoint of step " + std::to_string(step) +
                               " belongs to other data, another model or other settings",
                           {}};
    return takeOver(checkpoint);
}

/// Name of the first tensor whose bits are not those of a step's checkpoint; empty: none.
core::Result<std::string> TrainingLoop::differingTensor(int64_t step) {
    CORE_ASSIGN(const LoadedCheckpoint checkpoint, m_checkpoints.load(step));
    std::string differing;
    forEachState([&](const std::string& name, std::span<float> values) {
        const engine::StoredTensor* stored = checkpoint.tensors->find(name);
        const bool same =
            stored && stored->bytes.size() == values.size_bytes() &&
            std::memcmp(stored->bytes.data(), values.data(), values.size_bytes()) == 0;
        if (!same && differing.empty())
            differing = name;
    });
    return differing;
}

}  // namespace hearth::finetune
