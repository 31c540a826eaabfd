#include "finetune/ops/causal_attention_backward.h"

#include <algorithm>
#include <vector>

#include "engine/cpu/cpu_backend.h"
#include "engine/cpu/gemm.h"
#include "finetune/ops/row_view.h"
#include "finetune/ops/vector_math.h"

namespace hearth::finetune {
namespace {

using engine::AttentionSegment;
using engine::ThreadPool;

constexpr int64_t kQueryBlock = 64;
constexpr int64_t kKeyBlock = 256;  // both score blocks together stay within a core's L2 cache

/// probs = exp(scale * scores - lse), in place; dscores = probs * (dprobs - delta), likewise.
FINETUNE_KERNEL void softmaxRowBackward(float* scores, float* dprobs, float scale, float lse,
                                        float delta, int64_t n) {
    for (int64_t j = 0; j < n; ++j) {
        const float prob = vectorExp(scale * scores[j] - lse);
        scores[j] = prob;
        dprobs[j] = prob * (dprobs[j] - delta);
    }
}

FINETUNE_KERNEL float dotProduct(const float* a, const float* b, int64_t n) {
    return laneSum(n, [=](int64_t i) { return a[i] * b[i]; });
}

/// Columns of one head in the rows of one segment.
struct HeadRows {
    float* data;
    int64_t stride;
    int64_t width;

    HeadRows(const RowView<>& view, int64_t firstRow, int64_t head, int64_t heads)
        : data(view.row(firstRow) + head * (view.columns / heads)),
          stride(view.stride),
          width(view.columns / heads) {}
    float* row(int64_t i) const { return data + i * stride; }
};

void clear(const HeadRows& rows, int64_t count) {
    for (int64_t i = 0; i < count; ++i)
        std::fill(rows.row(i), rows.row(i) + rows.width, 0.0f);
}

/// Backward pass of one head of one segment.
class HeadBackward {
public:
    HeadBackward(ThreadPool& pool, const CausalAttentionBackwardParams& p,
                 const AttentionSegment& segment, int64_t head, int64_t keyHead)
        : m_pool(pool),
          m_segment(segment),
          m_window(p.window),
          m_scale(p.scale),
          m_operands(p.operands),
          m_q(RowView<>(p.q), segment.q_begin, head, p.heads),
          m_k(RowView<>(p.k), segment.k_begin, keyHead, p.keyHeads()),
          m_v(RowView<>(p.v), segment.k_begin, keyHead, p.keyHeads()),
          m_out(RowView<>(p.out), segment.q_begin, head, p.heads),
          m_dout(RowView<>(p.dout), segment.q_begin, head, p.heads),
          m_lse(RowView<>(p.lse), segment.q_begin, head, p.heads),
          m_dq(RowView<>(p.dq), segment.q_begin, head, p.heads),
          m_dk(RowView<>(p.dk), segment.k_begin, keyHead, p.keyHeads()),
          m_dv(RowView<>(p.dv), segment.k_begin, keyHead, p.keyHeads()) {}

    /// Of the key head, before the first of its heads adds to them.
    void clearKeys() {
        clear(m_dk, m_segment.k_len);
        clear(m_dv, m_segment.k_len);
    }

    void run(std::vector<float>& scratch) {
        scratch.resize(size_t(2 * kQueryBlock * kKeyBlock));
        m_scores = scratch.data();
        m_dprobs = m_scores + kQueryBlock * kKeyBlock;
        clear(m_dq, m_segment.q_len);
        for (int64_t q = 0; q < m_segment.q_len; q += kQueryBlock) {
            const int64_t queries = std::min(kQueryBlock, m_segment.q_len - q);
            const int64_t visible = firstHidden(q + queries - 1);
            for (int64_t i = 0; i < queries; ++i)
                m_delta[i] = dotProduct(m_dout.row(q + i), m_out.row(q + i), m_out.width);
            for (int64_t k = firstSeen(q) / kKeyBlock * kKeyBlock; k < visible; k += kKeyBlock)
                block(q, queries, k, std::min(kKeyBlock, visible - k));
        }
    }

private:
    /// Keys below this are visible to query q.
    int64_t firstHidden(int64_t q) const { return m_segment.k_len - m_segment.q_len + q + 1; }
    /// And those below this are not, for they lie before its window.
    int64_t firstSeen(int64_t q) const {
        return m_window > 0 ? std::max<int64_t>(0, firstHidden(q) - m_window) : 0;
    }

    void block(int64_t q, int64_t queries, int64_t k, int64_t keys) {
        // The scores as the forward pass had them: lse is of those.
        rowsByKeys(m_scores, m_q, q, queries, m_k, k, keys, engine::DType::F32);
        rowsByKeys(m_dprobs, m_dout, q, queries, m_v, k, keys, m_operands);
        for (int64_t i = 0; i < queries; ++i) {
            float* scores = m_scores + i * kKeyBlock;
            float* dscores = m_dprobs + i * kKeyBlock;
            const int64_t end = std::clamp<int64_t>(firstHidden(q + i) - k, 0, keys);
            const int64_t begin = std::clamp<int64_t>(firstSeen(q + i) - k, 0, end);
            softmaxRowBackward(scores + begin, dscores + begin, m_scale, *m_lse.row(q + i),
                               m_delta[i], end - begin);
            for (float* row : {scores, dscores}) {
                std::fill(row, row + begin, 0.0f);
                std::fill(row + end, row + keys, 0.0f);
            }
        }
        accumulate(m_dv.row(k), m_dv, m_scores, true, m_dout.row(q), m_dout, keys, queries, 1.0f);
        accumulate(m_dk.row(k), m_dk, m_dprobs, true, m_q.row(q), m_q, keys, queries, m_scale);
        accumulate(m_dq.row(q), m_dq, m_dprobs, false, m_k.row(k), m_k, queries, keys, m_scale);
    }

    /// block = a[rows of the queries] * b[rows of the keys]^T
    void rowsByKeys(float* block, const HeadRows& a, int64_t q, int64_t queries, const HeadRows& b,
                    int64_t k, int64_t keys, engine::DType operands) {
        engine::gemm(m_pool, {.M = queries,
                              .N = keys,
                              .K = a.width,
                              .a = a.row(q),
                              .lda = a.stride,
                              .b = b.row(k),
                              .ldb = b.stride,
                              .transB = true,
                              .c = block,
                              .ldc = kKeyBlock,
                              .operands = operands});
    }

    /// c += alpha * op(block) * b
    void accumulate(float* c, const HeadRows& target, const float* block, bool transposed,
                    const float* b, const HeadRows& source, int64_t rows, int64_t inner,
                    float alpha) {
        engine::gemm(m_pool, {.M = rows,
                              .N = target.width,
                              .K = inner,
                              .a = block,
                              .lda = kKeyBlock,
                              .transA = transposed,
                              .b = b,
                              .ldb = source.stride,
                              .c = c,
                              .ldc = target.stride,
                              .accumulate = true,
                              .alpha = alpha,
                              .operands = m_operands});
    }

    ThreadPool& m_pool;
    AttentionSegment m_segment;
    int64_t m_window;
    float m_scale;
    engine::DType m_operands;
    HeadRows m_q, m_k, m_v, m_out, m_dout, m_lse, m_dq, m_dk, m_dv;
    float* m_scores = nullptr;
    float* m_dprobs = nullptr;
    float m_delta[kQueryBlock];  // dout . out of each query
};

/// A sink takes the share exp(sink - lse) of the softmax and adds no value.
void sinksBackward(ThreadPool& pool, const CausalAttentionBackwardParams& p) {
    const RowView<> lse(p.lse), out(p.out), dout(p.dout);
    const float* sinks = engine::cpuData<float>(p.sinks);
    float* dsinks = engine::cpuData<float>(p.dsinks);
    const int64_t width = out.columns / p.heads;
    pool.parallelFor(p.heads, 1, [&](int64_t begin, int64_t end) {
        for (int64_t head = begin; head < end; ++head) {
            double sum = 0.0;
            for (int64_t t = 0; t < lse.rows; ++t) {
                const float delta =
                    dotProduct(dout.row(t) + head * width, out.row(t) + head * width, width);
                sum -= double(vectorExp(sinks[head] - lse.row(t)[head])) * double(delta);
            }
            dsinks[head] += float(sum);
        }
    });
}

}  // namespace

void causalAttentionBackward(ThreadPool& pool, const CausalAttentionBackwardParams& p) {
    const int64_t keyHeads = p.keyHeads(), group = p.heads / keyHeads;
    CORE_ASSERT(p.heads > 0 && p.q.dim(1) % p.heads == 0 && p.v.dim(1) % keyHeads == 0);
    CORE_ASSERT(p.heads % keyHeads == 0 && p.k.dim(1) * group == p.q.dim(1));
    CORE_ASSERT(p.out.dim(1) == p.v.dim(1) * group);
    CORE_ASSERT(p.lse.dim(1) == p.heads && p.lse.dim(0) == p.q.dim(0));
    // Every (segment, key head) writes rows and columns of its own.
    const int64_t tasks = int64_t(p.segments.size()) * keyHeads;
    pool.parallelFor(tasks, 1, [&](int64_t begin, int64_t end) {
        std::vector<float> scratch;
        for (int64_t task = begin; task < end; ++task) {
            const int64_t keyHead = task % keyHeads;
            for (int64_t i = 0; i < group; ++i) {
                HeadBackward head(pool, p, p.segments[size_t(task / keyHeads)], keyHead * group + i,
                                  keyHead);
                if (i == 0)
                    head.clearKeys();
                head.run(scratch);
            }
        }
    });
    if (p.dsinks.defined())
        sinksBackward(pool, p);
}

}  // namespace hearth::finetune
