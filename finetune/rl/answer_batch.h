// A batch of graded answers as the policy's loss sees it, and what is reported of it.
#pragma once
#include <span>
#include <vector>

#include "finetune/data/tokenized_example.h"
#include "finetune/jobs/job_event.h"
#include "finetune/model/packed_batch.h"
#include "finetune/rl/answer_sampler.h"
#include "finetune/rl/policy_loss.h"

namespace hearth::finetune {

/// How far two programs are apart about the same tokens.
struct Disagreement {
    double sum = 0.0;
    double largest = 0.0;
    int64_t tokens = 0;

    void add(double trainer, double engine);
    double mean() const { return tokens > 0 ? sum / double(tokens) : 0.0; }
};

/// All answers behind their prompts; the answers' tokens are labels. replayRouting: experts are
/// those that the answers' tokens went to.
PackedBatch answerBatch(const std::vector<AnswerGroup>& groups, const TokenizedDataset& prompts,
                        bool replayRouting);

/// A value for each label, cut into the batch's answers; empty spans when there are no values.
std::vector<std::span<const double>> byAnswer(const PackedBatch& batch,
                                              std::span<const double> values);

/// Means over what they count, times the groups: ObjectiveSums divides by those.
Metrics policyMetrics(const std::vector<AnswerGroup>& groups, const PolicyLoss& loss,
                      const Disagreement& disagreement);

}  // namespace hearth::finetune
