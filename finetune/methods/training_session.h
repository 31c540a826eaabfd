// What pre-training and fine-tuning share: a job's inputs, loaded and checked, and its run up
// to the trained model.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "engine/formats/chat_format.h"
#include "engine/models/model_source.h"
#include "finetune/jobs/training_loop.h"
#include "finetune/methods/job_plan.h"
#include "finetune/methods/loss_sets.h"

namespace hearth::finetune {

/// What a method minimises, and over what.
struct ObjectiveKind {
    /// That the inputs must have; nothing: texts and chats.
    std::optional<DataKind> format;
    core::Result<std::unique_ptr<Objective>> (*create)(const JobContext& context,
                                                       const engine::ChatFormat& format,
                                                       TrainableModel& model,
                                                       const TokenizedDataset& dataset) = nullptr;
};

/// Next-token prediction.
ObjectiveKind likelihoodKind();

/// What a method changes, and towards what.
struct Training {
    TrainedPart part = TrainedPart::Full;
    ObjectiveKind kind = likelihoodKind();
};

class TrainingSession {
public:
    /// Reads data, tokenizer and model, finds a checkpoint, and emits the started event.
    /// Errors: AlreadyExists when there is something at the output directory; InvalidArgument
    /// naming the field or the line; NotFound; DataCorrupt.
    static core::Result<std::unique_ptr<TrainingSession>> prepare(const JobContext& context,
                                                                  const Training& training);
    /// The same for a replay: there may be a result already, and nothing is announced.
    static core::Result<std::unique_ptr<TrainingSession>> open(const JobContext& context,
                                                               const Training& training);

    /// Measures the losses before, resumes, runs the steps, measures the losses after.
    core::Result<TrainingSummary> train();

    /// Trains steps again that the job has recorded. Errors: those of TrainingLoop::replay.
    core::Result<VerifiedEvent> replay(const ReplayOptions& options);

    /// Times the first steps; nothing of them is kept. Errors: those of TrainingLoop::probe.
    core::Result<ProbedEvent> probe(int64_t steps);

    TrainableModel& model() { return *m_model; }
    const engine::ModelConfig& config() const { return m_model->config(); }
    const std::string& configJson() const { return m_configJson; }
    const engine::ChatFormat& format() const { return m_format; }
    const std::filesystem::path& tokenizerDirectory() const { return m_tokenizerDirectory; }
    const TokenizedDataset& dataset() const { return m_dataset; }
    /// Texts and chats whose loss is measured.
    std::vector<const TokenizedDataset*> heldOut() const { return m_lossSets.data(); }
    /// Everything measured, for the finished event.
    Metrics& metrics() { return m_metrics; }
    /// Key of results and checkpoints; null: plain.
    const core::SecureBytes* outputKey() const { return m_outputKey; }

    /// The finished event, and the end of the checkpoints unless they are kept: the result is in
    /// its place.
    FinishedEvent finish(const TrainingSummary& summary);

private:
    TrainingSession(const JobContext& context, engine::ChatFormat format);
    core::Status loadModel(TrainedPart part);
    core::Status evaluate(EvaluationPhase phase, int64_t step, Metrics& metrics);
    /// Of the first set that is measured at intervals; nothing without one.
    core::Result<std::optional<double>> heldOutLoss(int64_t step);
    void announce();

    const JobContext& m_context;
    std::chrono::steady_clock::time_point m_start;
    engine::ChatFormat m_format;
    std::filesystem::path m_tokenizerDirectory;
    std::string m_configJson;
    TokenizedDataset m_dataset;
    LossSets m_lossSets;
    const core::SecureBytes* m_outputKey = nullptr;
    std::unique_ptr<engine::Backend> m_backend;
    engine::ModelSource m_source;  // of a base that stays stored
    JobPlan m_plan;
    std::unique_ptr<TrainableModel> m_model;
    std::unique_ptr<Objective> m_objective;
    std::unique_ptr<CheckpointStore> m_checkpoints;
    std::unique_ptr<TrainingLoop> m_loop;
    Metrics m_metrics;
};

}  // namespace hearth::finetune
