// The losses of reinforcement learning from groups of graded answers.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "finetune/jobs/job_spec.h"

namespace hearth::finetune {

struct PolicyLossOptions {
    PolicyLossKind kind = PolicyLossKind::Grpo;
    double clip_low = 0.2;
    double clip_high = 0.2;
    double beta = 0.0;         // of the divergence from the reference
    int64_t max_tokens = 256;  // an answer's most: what Dr. GRPO divides by
    double max_weight = 2.0;   // importance weights of the rollouts stop here
};

/// One answer: log-probabilities of its tokens by the policy that is trained, by the same one when
/// the answer was made, by the reference (empty: beta is 0), and as the program that made the
/// answer computed them (empty: as `old`).
struct GradedAnswer {
    double advantage = 0.0;
    bool counts = true;  // false: no loss, as DAPO has it of truncated answers
    std::span<const double> policy;
    std::span<const double> old;
    std::span<const double> reference;
    std::span<const double> rollout;
};

struct PolicyLoss {
    double loss = 0.0;
    std::vector<double> derivatives;  // by `policy`, answer by answer
    // Sums over the tokens.
    double divergence = 0.0;
    int64_t clipped = 0;
    int64_t tokens = 0;
};

/// With r = exp(policy - old), A the advantage and w the importance weight, a token's loss is
///   w * (-min(r A, clip(r, 1 - clip_low, 1 + clip_high) A) + beta * (exp(d) - d - 1)),
/// d = reference - policy. GSPO's r is the geometric mean over the answer. The mean is over answers
/// of their tokens' means (GRPO, GSPO), over all tokens (DAPO), or over answers times max_tokens
/// (Dr. GRPO). w = min(exp(old - rollout), max_weight), and a constant.
/// Means are over the answers that count.
PolicyLoss policyLoss(std::span<const GradedAnswer> answers, const PolicyLossOptions& options);

/// (reward - mean) / (standard deviation + 1e-4), with n - 1; Dr. GRPO without the division.
std::vector<double> groupAdvantages(std::span<const double> rewards, PolicyLossKind kind);

}  // namespace hearth::finetune
