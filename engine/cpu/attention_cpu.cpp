#include <cmath>
#include <vector>

#include "engine/cpu/cpu_ops.h"
#include "engine/cpu/cpu_tensor.h"

namespace hearth::engine::cpu {
namespace {

float dot(const float* a, const float* b, int64_t count) {
    float sum = 0;
    for (int64_t i = 0; i < count; ++i)
        sum += a[i] * b[i];
    return sum;
}

/// Softmax in place; returns the log-sum-exp.
float softmax(std::vector<float>& scores) {
    float largest = scores[0], sum = 0;
    for (float s : scores)
        largest = std::max(largest, s);
    for (float& s : scores)
        sum += s = std::exp(s - largest);
    for (float& s : scores)
        s /= sum;
    return largest + std::log(sum);
}

void addScaled(float* out, const float* x, float scale, int64_t count) {
    for (int64_t i = 0; i < count; ++i)
        out[i] += scale * x[i];
}

}  // namespace

void causalAttention(CpuContext& context, const CausalAttentionParams& p) {
    const Rows<const float> q(p.q), k(p.k), v(p.v);
    const Rows<float> out(p.out);
    const int64_t qk = p.q.dim(1) / p.heads, vd = p.v.dim(1) / p.heads;
    for (const AttentionSegment& s : p.segments) {
        context.pool.parallelFor(s.q_len * p.heads, [&](int64_t begin, int64_t end) {
            for (int64_t item = begin; item < end; ++item) {
                const int64_t i = item / p.heads, h = item % p.heads;
                std::vector<float> scores(size_t(s.k_len - s.q_len + i + 1));
                for (size_t j = 0; j < scores.size(); ++j)
                    scores[j] = p.scale * dot(q[s.q_begin + i] + h * qk,
                                              k[s.k_begin + int64_t(j)] + h * qk, qk);
                const float lse = softmax(scores);
                if (p.lse.defined())
                    Rows<float>(p.lse)[s.q_begin + i][h] = lse;
                float* target = out[s.q_begin + i] + h * vd;
                std::fill(target, target + vd, 0.0f);
                for (size_t j = 0; j < scores.size(); ++j)
                    addScaled(target, v[s.k_begin + int64_t(j)] + h * vd, scores[j], vd);
            }
        });
    }
}

void mlaDecode(CpuContext& context, const MlaDecodeParams& p) {
    const Rows<const float> qLatent(p.q_latent), qRope(p.q_rope);
    const Rows<const int32_t> tables(p.page_tables), lengths(p.lengths);
    const Rows<float> out(p.out);
    const int64_t rank = p.kv_lora_rank, width = rank + p.qk_rope_head_dim;
    context.pool.parallelFor(p.q_latent.dim(0), [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t) {
            const int64_t length = lengths.data[t];
            std::vector<float> rows(size_t(length * width)), scores(static_cast<size_t>(length));
            for (int64_t j = 0; j < length; ++j)
                loadRow(p.cache, tables[t][j / p.page_tokens] * p.page_tokens + j % p.page_tokens,
                        rows.data() + j * width, width);
            for (int64_t h = 0; h < p.heads; ++h) {
                for (int64_t j = 0; j < length; ++j) {
                    const float* row = rows.data() + j * width;
                    scores[size_t(j)] = p.scale * (dot(qLatent[t] + h * rank, row, rank) +
                                                   dot(qRope[t] + h * p.q_rope_head_stride,
                                                       row + rank, p.qk_rope_head_dim));
                }
                softmax(scores);
                float* target = out[t] + h * rank;
                std::fill(target, target + rank, 0.0f);
                for (int64_t j = 0; j < length; ++j)
                    addScaled(target, rows.data() + j * width, scores[size_t(j)], rank);
            }
        }
    });
}

}  // namespace hearth::engine::cpu
