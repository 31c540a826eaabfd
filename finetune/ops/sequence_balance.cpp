#include "finetune/ops/sequence_balance.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "finetune/ops/row_view.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kRowGrain = 64;

/// Scores that add up to 1; returns their sum before that (of sigmoids).
float distribution(engine::RouterScoring scoring, const float* logits, float* scores, int64_t n) {
    const float largest = *std::max_element(logits, logits + n);
    const bool sigmoid = scoring == engine::RouterScoring::Sigmoid;
    float sum = 0.0f;
    for (int64_t e = 0; e < n; ++e) {
        scores[e] = sigmoid ? 1.0f / (1.0f + std::exp(-logits[e])) : std::exp(logits[e] - largest);
        sum += scores[e];
    }
    for (int64_t e = 0; e < n; ++e)
        scores[e] /= sum;
    return sum;
}

struct Rows {
    RowView<> logits, dlogits;
    RowView<int32_t> experts;
};

/// One sequence; its tokens' gradients are those of weight * loss.
double balanceOf(const Rows& rows, engine::RouterScoring scoring,
                 const engine::AttentionSegment& segment, float weight) {
    const int64_t n = rows.logits.columns, k = rows.experts.columns;
    const int64_t first = segment.q_begin, tokens = segment.q_len;
    std::vector<double> chosen(size_t(n), 0.0), mean(size_t(n), 0.0);
    std::vector<float> scores(static_cast<size_t>(n)), gradient(static_cast<size_t>(n));
    for (int64_t t = first; t < first + tokens; ++t)
        for (int64_t j = 0; j < k; ++j)
            chosen[size_t(rows.experts.row(t)[j])] += double(n) / double(k * tokens);
    for (int64_t e = 0; e < n; ++e)  // of P_e by one token's score, times f_e
        gradient[size_t(e)] = weight * float(chosen[size_t(e)]) / float(tokens);
    for (int64_t t = first; t < first + tokens; ++t) {
        const float sum = distribution(scoring, rows.logits.row(t), scores.data(), n);
        float dot = 0.0f;
        for (int64_t e = 0; e < n; ++e) {
            mean[size_t(e)] += double(scores[size_t(e)]) / double(tokens);
            dot += scores[size_t(e)] * gradient[size_t(e)];
        }
        for (int64_t e = 0; e < n; ++e) {
            const float score = scores[size_t(e)], toScore = gradient[size_t(e)] - dot;
            // d score / d logit: of a softmax the score; of s / sum s, s (1 - s) / sum s.
            const bool sigmoid = scoring == engine::RouterScoring::Sigmoid;
            rows.dlogits.row(t)[e] += toScore * score * (sigmoid ? 1.0f - score * sum : 1.0f);
        }
    }
    return weight * std::inner_product(chosen.begin(), chosen.end(), mean.begin(), 0.0);
}

}  // namespace

double sequenceBalance(engine::ThreadPool& pool, const SequenceBalanceParams& p) {
    const Rows rows{RowView<>(p.logits), RowView<>(p.dlogits), RowView<int32_t>(p.experts)};
    CORE_ASSERT(p.weights.size() == p.segments.size());
    std::vector<double> losses(p.segments.size());
    pool.parallelFor(int64_t(losses.size()), 1, [&](int64_t begin, int64_t end) {
        for (int64_t s = begin; s < end; ++s)
            losses[size_t(s)] =
                balanceOf(rows, p.scoring, p.segments[size_t(s)], p.weights[size_t(s)]);
    });
    return std::accumulate(losses.begin(), losses.end(), 0.0);
}

double routerEntropy(engine::ThreadPool& pool, const engine::Tensor& logits,
                     engine::RouterScoring scoring) {
    const RowView<> rows(logits);
    const int64_t n = rows.columns;
    std::vector<double> entropies(size_t(rows.rows), 0.0);
    pool.parallelFor(rows.rows, kRowGrain, [&](int64_t begin, int64_t end) {
        std::vector<float> scores(static_cast<size_t>(n));
        for (int64_t t = begin; t < end; ++t) {
            distribution(scoring, rows.row(t), scores.data(), n);
            for (const float score : scores)
                if (score > 0.0f)
                    entropies[size_t(t)] -= double(score) * std::log(double(score));
        }
    });
    return std::accumulate(entropies.begin(), entropies.end(), 0.0);
}

}  // namespace hearth::finetune
