#include "finetune/ops/chosen_weights.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "finetune/ops/row_view.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kRowGrain = 64;

/// The largest logit among those that share the softmax, and the sum of their exponentials.
struct Softmax {
    float largest = -std::numeric_limits<float>::infinity();
    float sum = 0.0f;

    template <typename LogitAt>
    Softmax(int64_t n, LogitAt logitAt) {
        for (int64_t i = 0; i < n; ++i)
            largest = std::max(largest, logitAt(i));
        for (int64_t i = 0; i < n; ++i)
            sum += std::exp(logitAt(i) - largest);
    }
    float of(float logit) const { return std::exp(logit - largest) / sum; }
};

void scoreRow(const ChosenWeightsParams& p, const float* logits, const int32_t* experts,
              float* scores, int64_t n, int64_t k) {
    if (p.scoring == engine::RouterScoring::Sigmoid) {
        for (int64_t j = 0; j < k; ++j)
            scores[j] = 1.0f / (1.0f + std::exp(-logits[experts[j]]));
        return;
    }
    const bool all = p.scoring == engine::RouterScoring::Softmax;
    const Softmax softmax(all ? n : k,
                          [&](int64_t i) { return logits[all ? int32_t(i) : experts[i]]; });
    for (int64_t j = 0; j < k; ++j)
        scores[j] = softmax.of(logits[experts[j]]);
}

}  // namespace

void chosenWeights(engine::ThreadPool& pool, const ChosenWeightsParams& p) {
    const RowView<> logits(p.logits), weights(p.weights);
    const RowView<int32_t> experts(p.experts);
    CORE_ASSERT(experts.rows == logits.rows && weights.rows == logits.rows);
    CORE_ASSERT(experts.columns == weights.columns);
    const int64_t k = experts.columns;
    pool.parallelFor(logits.rows, kRowGrain, [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t) {
            float* row = weights.row(t);
            scoreRow(p, logits.row(t), experts.row(t), row, logits.columns, k);
            float sum = p.norm_topk_prob ? 1e-20f : 1.0f;
            for (int64_t j = 0; p.norm_topk_prob && j < k; ++j)
                sum += row[j];
            for (int64_t j = 0; j < k; ++j)
                row[j] *= p.routed_scaling_factor / sum;
        }
    });
}

}  // namespace hearth::finetune
