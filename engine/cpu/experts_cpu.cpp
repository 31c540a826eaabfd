#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/cpu_tensor.h"
#include "engine/step_memory.h"

namespace hearth::engine::cpu {
namespace {

constexpr float kMinusInfinity = -std::numeric_limits<float>::infinity();

/// Index of the largest value; ties go to the lower index. A NaN never wins.
int64_t argmax(const float* values, int64_t count) {
    int64_t best = 0;
    for (int64_t i = 1; i < count; ++i) {
        if (values[i] > values[best])
            best = i;
    }
    return best;
}

/// Sum of the two largest values.
float topTwoSum(const float* values, int64_t count) {
    float first = kMinusInfinity, second = kMinusInfinity;
    for (int64_t i = 0; i < count; ++i) {
        if (values[i] > first) {
            second = std::exchange(first, values[i]);
        } else if (values[i] > second) {
            second = values[i];
        }
    }
    return count == 1 ? first : first + second;
}

float groupScore(GroupScoring scoring, const float* values, int64_t count) {
    return scoring == GroupScoring::Max ? values[argmax(values, count)] : topTwoSum(values, count);
}

/// Routes one token at a time; holds the scratch of a thread.
class TokenRouter {
public:
    TokenRouter(const Kernels& kernels, const RouterParams& params)
        : m_kernels(kernels),
          m_params(params),
          m_experts(params.logits.dim(1)),
          m_scores(size_t(m_experts)),
          m_choice(size_t(m_experts)),
          m_groups(size_t(params.n_group)) {}

    void route(const float* logits, int32_t* experts, float* weights) {
        score(logits);
        const float* bias =
            m_params.bias.defined() ? static_cast<const float*>(dataOf(m_params.bias)) : nullptr;
        for (int64_t e = 0; e < m_experts; ++e)
            m_choice[size_t(e)] = m_scores[size_t(e)] + (bias ? bias[e] : 0.0f);
        if (m_params.topk_group < m_params.n_group)
            dropGroups();
        pick(experts, weights);
    }

private:
    void score(const float* logits) {
        if (m_params.scoring == RouterScoring::Sigmoid) {
            m_kernels.sigmoid(logits, m_experts, m_scores.data());
            return;
        }
        std::copy(logits, logits + m_experts, m_scores.data());
        if (m_params.scoring == RouterScoring::Softmax)
            softmax(m_experts, m_scores.data());
    }

    void softmax(int64_t count, float* values) const {
        const float largest = *std::max_element(values, values + count);
        const float sum = m_kernels.expShifted(values, largest, count, values);
        for (int64_t i = 0; i < count; ++i)
            values[i] /= sum;
    }

    void dropGroups() {
        const int64_t size = m_experts / m_params.n_group;
        m_kept.assign(size_t(m_params.n_group), 0);
        for (int64_t g = 0; g < m_params.n_group; ++g)
            m_groups[size_t(g)] =
                groupScore(m_params.group_scoring, m_choice.data() + g * size, size);
        for (int64_t i = 0; i < m_params.topk_group; ++i) {
            const int64_t best = argmax(m_groups.data(), m_params.n_group);
            m_kept[size_t(best)] = 1;
            m_groups[size_t(best)] = kMinusInfinity;
        }
        for (int64_t e = 0; e < m_experts; ++e) {
            if (!m_kept[size_t(e / size)])
                m_choice[size_t(e)] = kMinusInfinity;
        }
    }

    void pick(int32_t* experts, float* weights) {
        const int64_t k = m_params.experts.dim(1);
        for (int64_t j = 0; j < k; ++j) {
            const int64_t best = argmax(m_choice.data(), m_experts);
            m_choice[size_t(best)] = kMinusInfinity;
            experts[j] = int32_t(best);
            weights[j] = m_scores[size_t(best)];
        }
        if (m_params.scoring == RouterScoring::SoftmaxOfChosen)
            softmax(k, weights);
        const float sum = std::accumulate(weights, weights + k, 0.0f);
        for (int64_t j = 0; j < k; ++j) {
            if (m_params.norm_topk_prob)
                weights[j] /= sum + 1e-20f;
            weights[j] *= m_params.routed_scaling_factor;
        }
    }

    const Kernels& m_kernels;
    const RouterParams& m_params;
    int64_t m_experts;
    StepVector<float> m_scores;
    StepVector<float> m_choice;
    StepVector<float> m_groups;
    StepVector<char> m_kept;  // groups
};

}  // namespace

void router(CpuContext& context, const RouterParams& p) {
    const Rows<const float> logits(p.logits);
    const Rows<int32_t> experts(p.experts);
    const Rows<float> weights(p.weights);
    const int64_t grain = std::max<int64_t>(1, 1024 / p.logits.dim(1));
    context.pool.parallelFor(p.logits.dim(0), grain, [&](int64_t begin, int64_t end) {
        TokenRouter tokenRouter(context.kernels, p);
        for (int64_t t = begin; t < end; ++t)
            tokenRouter.route(logits[t], experts[t], weights[t]);
    });
}

void groupByExpert(const GroupByExpertParams& p) {
    const auto* experts = static_cast<const int32_t*>(dataOf(p.experts));
    auto* rowPair = static_cast<int32_t*>(dataOf(p.groups.row_pair));
    auto* rowToken = static_cast<int32_t*>(dataOf(p.groups.row_token));
    auto* offsets = static_cast<int32_t*>(dataOf(p.groups.offsets));
    const int64_t pairs = p.experts.size(), choices = p.experts.dim(1);
    const int64_t count = p.groups.offsets.dim(0) - 1;

    std::fill(offsets, offsets + count + 1, 0);
    for (int64_t i = 0; i < pairs; ++i)
        ++offsets[experts[i] + 1];
    for (int64_t e = 0; e < count; ++e)
        offsets[e + 1] += offsets[e];
    StepVector<int32_t> next(offsets, offsets + count);
    for (int64_t i = 0; i < pairs; ++i) {
        const int32_t row = next[size_t(experts[i])]++;
        rowPair[row] = int32_t(i);
        rowToken[row] = int32_t(i / choices);
    }
}

void combineExperts(CpuContext& context, const CombineExpertsParams& p) {
    const Rows<const float> rows(p.rows), weights(p.weights);
    const Rows<float> out(p.out);
    const auto* rowPair = static_cast<const int32_t*>(dataOf(p.row_pair));
    const int64_t pairs = p.rows.dim(0), choices = p.weights.dim(1), width = p.out.dim(1);
    StepVector<int32_t> rowOfPair(size_t(pairs), 0);
    for (int64_t row = 0; row < pairs; ++row)
        rowOfPair[size_t(rowPair[row])] = int32_t(row);
    const int64_t grain = std::max<int64_t>(1, 16384 / (width * choices));
    context.pool.parallelFor(p.out.dim(0), grain, [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t) {
            for (int64_t j = 0; j < choices; ++j) {
                const float* row = rows[rowOfPair[size_t(t * choices + j)]];
                context.kernels.addScaled(row, p.scale * weights[t][j], width, out[t]);
            }
        }
    });
}

}  // namespace hearth::engine::cpu
