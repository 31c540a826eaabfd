// Preference pairs as an objective: direct preference optimisation against the model before
// training.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "finetune/jobs/objective.h"
#include "finetune/methods/preference_loss.h"

namespace hearth::finetune {

/// Pairs as tokenizePreferences leaves them, and what the reference says of them.
///
/// The reference is the policy's own base: with an adapter it is asked with the adapter left out
/// when a pair is first seen; without one it is asked about every pair before training. Either
/// way there is one copy of the weights, and a pair is asked about once.
class PreferencePairs {
public:
    PreferencePairs(TrainableModel& model, const TokenizedDataset& dataset);

    int64_t count() const { return int64_t(m_dataset.examples.size() / 2); }
    std::vector<int64_t> lengths() const;
    PackedBatch batch(const BatchPlan& pairs) const;
    /// In the order of the batch of these pairs.
    std::vector<PairLogProbabilities> reference(const BatchPlan& pairs);
    /// Asks about every pair. REQUIRES: the model is still the reference.
    void rememberAll(int64_t batchTokens);

private:
    TrainableModel& m_model;
    const TokenizedDataset& m_dataset;
    std::vector<std::optional<PairLogProbabilities>> m_reference;
};

/// Sums by answer of a batch of pairs: its segments are chosen and rejected in turn.
std::vector<PairLogProbabilities> pairSums(const PackedBatch& batch,
                                           std::span<const double> logProbabilities);

/// Errors: InvalidArgument when a pair does not fit into batch_tokens; of reading the evaluation
/// sets of preferences. All arguments outlive the objective.
core::Result<std::unique_ptr<Objective>> preferenceObjective(const JobContext& context,
                                                             const engine::ChatFormat& format,
                                                             TrainableModel& model,
                                                             const TokenizedDataset& dataset);

}  // namespace hearth::finetune
