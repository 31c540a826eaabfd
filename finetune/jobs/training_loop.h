// The optimiser steps of a job: batches, accumulation, clipping, schedule, checkpoints, events.
#pragma once
#include <functional>
#include <string>

#include "finetune/data/batch_stream.h"
#include "finetune/jobs/checkpoint_store.h"
#include "finetune/jobs/expert_health.h"
#include "finetune/jobs/job_context.h"
#include "finetune/jobs/objective.h"
#include "finetune/jobs/replay.h"
#include "finetune/jobs/routing_drift.h"
#include "finetune/jobs/step_journal.h"
#include "finetune/jobs/stopping_rule.h"
#include "finetune/model/trainable_model.h"
#include "finetune/optim/adamw.h"
#include "finetune/optim/learning_rate.h"

namespace hearth::finetune {

struct TrainingSummary {
    int64_t steps = 0;
    int64_t published_step = 0;  // whose weights the model has
    bool stopped_early = false;
    int64_t trained_tokens = 0;
    double loss = 0.0;            // of the last steps, exponentially weighted
    double token_accuracy = 0.0;  // the same
    double paused_seconds = 0.0;  // for serving, since the last start
};

class TrainingLoop {
public:
    /// Everything outlives the loop. fingerprint: see CheckpointState.
    TrainingLoop(const JobContext& context, TrainableModel& model, Objective& objective,
                 CheckpointStore& checkpoints, std::string fingerprint);

    /// Step of the newest usable checkpoint, or 0. Reports the ones that are not usable.
    int64_t findCheckpoint();
    /// Has run() measure the experts' drift on a sample. Before resume(), while the weights are the
    /// base's.
    void watchRouting(PackedBatch sample) { m_drift.emplace(m_model, std::move(sample)); }
    /// Takes over the state of the checkpoint that was found, if one was.
    core::Status resume();
    int64_t totalSteps() const { return m_totalSteps; }
    int64_t step() const { return m_step; }

    /// Measures the model after a step. Returns the loss on held-out data, of which less is better;
    /// nothing when nothing is measured.
    using Evaluate = std::function<core::Result<std::optional<double>>(int64_t step)>;

    /// Runs the remaining steps, or as many as the stopping rule allows, and leaves the model with
    /// the weights that are to be published. `evaluate` is called after every evaluate_every steps,
    /// after the last one only where the best step is kept.
    /// Errors: Cancelled after a last checkpoint; DiskFull and the like from a checkpoint;
    /// Internal when the loss is no number; DataCorrupt when the best step's checkpoint is gone.
    core::Result<TrainingSummary> run(const Evaluate& evaluate);

    /// Trains recorded steps again, up to the first that differs, and compares the states of later
    /// checkpoints on the way. Writes nothing. Instead of resume() and run().
    /// Errors: NotFound when nothing is recorded there; DataCorrupt (checkpoint, journal);
    /// Cancelled.
    core::Result<VerifiedEvent> replay(const ReplayOptions& options);

    /// Trains the first steps, as many as there are, and writes nothing. Instead of resume() and
    /// run(). The fields of memory are left. Errors: Cancelled; those of run.
    core::Result<ProbedEvent> probe(int64_t steps);

private:
    struct StepResult {
        ObjectiveSums losses;
        double learning_rate = 0.0;
        double gradient_norm = 0.0;
    };

    void showTrial(int64_t step, int64_t steps, const StepResult& trained);
    core::Status startAt(int64_t step);
    core::Result<std::string> differingTensor(int64_t step);
    core::Status takeOver(const LoadedCheckpoint& checkpoint);
    core::Result<StepResult> trainNext();
    core::Result<StepResult> trainStep();
    void watchExperts();
    void remember(const StepResult& result);
    StepRecord recordOf(const StepResult& result) const;
    core::Status record(const StepRecord& step);
    void report(const StepResult& result, double secondsSoFar, int64_t tokensAtStart,
                int64_t stepAtStart);
    core::Status afterStep(const Evaluate& evaluate);
    bool betweenWindows() const;
    bool isDue(int64_t every) const;
    void nextWindow();
    core::Status saveCheckpoint();
    bool ended() const { return m_step >= m_totalSteps || m_stopping.stops(); }
    core::Result<int64_t> chooseWeights();
    using VisitState = std::function<void(const std::string&, std::span<float>)>;
    void forEachState(const std::function<void(const std::string&, std::span<float>)>& visit);

    /// Batches of a step, and of the objective's further updates on them.
    struct Window {
        std::vector<BatchPlan> plans;
        int64_t first = 0;  // its first batch's place in the run
        int64_t units = 0;
    };

    const JobContext& m_context;
    const Hyperparameters& m_settings;
    TrainableModel& m_model;
    Objective& m_objective;
    CheckpointStore& m_checkpoints;
    std::string m_fingerprint;
    BatchStream m_batches;
    AdamW m_optimizer;
    LearningRateSchedule m_schedule;
    StoppingRule m_stopping;
    ExpertHealth m_experts;
    std::optional<RoutingDrift> m_drift;
    bool m_driftKnown = false;             // to this process
    std::optional<StepJournal> m_journal;  // while it runs
    std::optional<LoadedCheckpoint> m_found;
    const int64_t m_updates;  // steps of a window
    Window m_window;
    int64_t m_totalBatches = 0;
    int64_t m_totalSteps = 0;
    int64_t m_step = 0;
    int64_t m_savedStep = 0;
    int64_t m_trainedTokens = 0;
    double m_loss = 0.0;
    double m_accuracy = 0.0;
};

}  // namespace hearth::finetune
