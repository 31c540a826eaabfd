// Direct preference optimisation's loss of one pair.
#pragma once

namespace hearth::finetune {

/// Sums of log-probabilities over the tokens of both answers.
struct PairLogProbabilities {
    double chosen = 0.0;
    double rejected = 0.0;
};

struct PreferenceLoss {
    double loss = 0.0;
    // Derivatives by the policy's sums.
    double d_chosen = 0.0;
    double d_rejected = 0.0;
    // beta * (policy - reference).
    double reward_chosen = 0.0;
    double reward_rejected = 0.0;

    double margin() const { return reward_chosen - reward_rejected; }
};

/// -log sigmoid(reward of the chosen answer - reward of the rejected one). Source: Rafailov et al.
/// 2023, equation 7.
PreferenceLoss preferenceLoss(const PairLogProbabilities& policy,
                              const PairLogProbabilities& reference, double beta);

}  // namespace hearth::finetune
