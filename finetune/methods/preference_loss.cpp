#include "finetune/methods/preference_loss.h"

#include <algorithm>
#include <cmath>

namespace hearth::finetune {

PreferenceLoss preferenceLoss(const PairLogProbabilities& policy,
                              const PairLogProbabilities& reference, double beta) {
    PreferenceLoss result;
    result.reward_chosen = beta * (policy.chosen - reference.chosen);
    result.reward_rejected = beta * (policy.rejected - reference.rejected);
    const double margin = result.margin();
    // log(1 + e^-margin) without an overflow for margins far below 0.
    result.loss = std::max(-margin, 0.0) + std::log1p(std::exp(-std::abs(margin)));
    const double wrong = 1.0 / (1.0 + std::exp(margin));
    result.d_chosen = -beta * wrong;
    result.d_rejected = beta * wrong;
    return result;
}

}  // namespace hearth::finetune
