#include "finetune/ops/router_backward.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "finetune/ops/row_view.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kRowGrain = 64;

void softmaxRow(const float* logits, float* scores, int64_t n) {
    const float largest = *std::max_element(logits, logits + n);
    float sum = 0.0f;
    for (int64_t e = 0; e < n; ++e)
        sum += scores[e] = std::exp(logits[e] - largest);
    for (int64_t e = 0; e < n; ++e)
        scores[e] /= sum;
}

/// Turns the gradient of the weights into that of the chosen scores:
/// w_j = scale * s_j / S, S = sum of the chosen scores (1 without normalisation).
void weightsToScores(const RouterBackwardParams& p, const float* scores, const int32_t* experts,
                     const float* dweights, float* dscores, int64_t k) {
    float sum = 1.0f, dot = 0.0f;
    if (p.norm_topk_prob) {
        sum = 1e-20f;
        for (int64_t j = 0; j < k; ++j) {
            sum += scores[experts[j]];
            dot += scores[experts[j]] * dweights[j];
        }
        dot /= sum;
    }
    for (int64_t j = 0; j < k; ++j)
        dscores[j] = p.routed_scaling_factor / sum * (dweights[j] - dot);
}

/// Only the chosen logits share the softmax; the others have no gradient.
void chosenRowBackward(const RouterBackwardParams& p, const float* logits, const int32_t* experts,
                       const float* dweights, float* dlogits, int64_t n, int64_t k,
                       std::vector<float>& scratch) {
    scratch.resize(size_t(3 * k));
    float* chosen = scratch.data();
    float* scores = chosen + k;
    float* dscores = scores + k;
    std::vector<int32_t> places(static_cast<size_t>(k));
    std::iota(places.begin(), places.end(), 0);
    for (int64_t j = 0; j < k; ++j)
        chosen[j] = logits[experts[j]];
    softmaxRow(chosen, scores, k);
    weightsToScores(p, scores, places.data(), dweights, dscores, k);

    float dot = 0.0f;
    for (int64_t j = 0; j < k; ++j)
        dot += scores[j] * dscores[j];
    std::fill(dlogits, dlogits + n, 0.0f);
    for (int64_t j = 0; j < k; ++j)
        dlogits[experts[j]] = scores[j] * (dscores[j] - dot);
}

void routerRowBackward(const RouterBackwardParams& p, const float* logits, const int32_t* experts,
                       const float* dweights, float* dlogits, int64_t n, int64_t k,
                       std::vector<float>& scratch) {
    if (p.scoring == engine::RouterScoring::SoftmaxOfChosen)
        return chosenRowBackward(p, logits, experts, dweights, dlogits, n, k, scratch);
    scratch.resize(size_t(n + k));
    float* scores = scratch.data();
    float* dscores = scores + n;
    const bool softmax = p.scoring == engine::RouterScoring::Softmax;
    if (softmax) {
        softmaxRow(logits, scores, n);
    } else {
        for (int64_t e = 0; e < n; ++e)
            scores[e] = 1.0f / (1.0f + std::exp(-logits[e]));
    }
    weightsToScores(p, scores, experts, dweights, dscores, k);

    std::fill(dlogits, dlogits + n, 0.0f);
    float dot = 0.0f;
    for (int64_t j = 0; j < k; ++j) {
        const float score = scores[experts[j]];
        dlogits[experts[j]] = softmax ? score * dscores[j] : score * (1.0f - score) * dscores[j];
        dot += score * dscores[j];
    }
    if (softmax)
        for (int64_t e = 0; e < n; ++e)
            dlogits[e] -= scores[e] * dot;
}

}  // namespace

void routerBackward(engine::ThreadPool& pool, const RouterBackwardParams& p) {
    const RowView<> logits(p.logits), dweights(p.dweights), dlogits(p.dlogits);
    const RowView<int32_t> experts(p.experts);
    CORE_ASSERT(dlogits.columns == logits.columns && dlogits.rows == logits.rows);
    CORE_ASSERT(experts.columns == dweights.columns && experts.rows == logits.rows);
    pool.parallelFor(logits.rows, kRowGrain, [&](int64_t begin, int64_t end) {
        std::vector<float> scratch;
        for (int64_t t = begin; t < end; ++t)
            routerRowBackward(p, logits.row(t), experts.row(t), dweights.row(t), dlogits.row(t),
                              logits.columns, experts.columns, scratch);
    });
}

}  // namespace hearth::finetune
