// The sequence-wise balance loss of mixtures, and what the routers' distributions look like.
#pragma once
#include <span>

#include "engine/cpu/thread_pool.h"
#include "engine/ops/op_params.h"

namespace hearth::finetune {

/// For a sequence of T tokens: sum over the experts of f_e P_e, where f_e = E / (k T) times the
/// tokens that chose e, and P_e is the mean of the tokens' scores, which add up to 1 for a token
/// (softmax, or sigmoids divided by their sum). 1 when both are even. The choice is a constant.
/// Source: DeepSeek-V3, section 2.1.2.
struct SequenceBalanceParams {
    engine::Tensor logits;   // [T, E]
    engine::Tensor experts;  // [T, k] I32
    engine::Tensor dlogits;  // [T, E], added to
    engine::RouterScoring scoring = engine::RouterScoring::Sigmoid;
    std::span<const engine::AttentionSegment> segments;
    std::span<const float> weights;  // of the segments' losses
};
/// The weighted sum of the sequences' losses.
double sequenceBalance(engine::ThreadPool& pool, const SequenceBalanceParams& params);

/// Sum over the rows of logits [T, E] of their distribution's entropy, in nats.
double routerEntropy(engine::ThreadPool& pool, const engine::Tensor& logits,
                     engine::RouterScoring scoring);

}  // namespace hearth::finetune
