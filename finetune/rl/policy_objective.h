// Reinforcement learning from groups of graded answers as an objective.
#pragma once
#include <memory>

#include "finetune/jobs/objective.h"

namespace hearth::finetune {

/// For every prompt of a batch the serving engine samples a group of answers with the weights as
/// they are, graders judge them, and the policy loss is taken of all of them. The reference, where
/// there is a divergence to hold, is the base without the adapter.
///
/// Exact in resuming: an answer depends on the weights, the seed, the prompt's place in the data
/// and the batch's place in the run.
///
/// Errors: InvalidArgument of the settings, of a grader (naming its field), or when a group does
/// not fit into batch_tokens; of reading the inputs again. All arguments outlive the objective.
core::Result<std::unique_ptr<Objective>> policyObjective(const JobContext& context,
                                                         const engine::ChatFormat& format,
                                                         TrainableModel& model,
                                                         const TokenizedDataset& dataset);

}  // namespace hearth::finetune
