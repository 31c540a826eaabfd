#include "finetune/ops/head_split.h"

#include <algorithm>

#include "finetune/ops/row_view.h"

namespace hearth::finetune {
namespace {

constexpr int64_t kRowGrain = 32;

void checkShapes(const HeadSplitShape& s, const RowView<>& kv, const RowView<>& ropeKey,
                 const RowView<>& k, const RowView<>& v) {
    CORE_ASSERT(kv.columns == s.heads * (s.nope + s.value) && ropeKey.columns == s.rope);
    CORE_ASSERT(k.columns == s.heads * (s.nope + s.rope) && v.columns == s.heads * s.value);
    CORE_ASSERT(kv.rows == k.rows && kv.rows == v.rows && kv.rows == ropeKey.rows);
}

}  // namespace

void splitHeads(engine::ThreadPool& pool, const HeadSplitShape& s, const engine::Tensor& kvTensor,
                const engine::Tensor& ropeKeyTensor, const engine::Tensor& kTensor,
                const engine::Tensor& vTensor) {
    const RowView<> kv(kvTensor), ropeKey(ropeKeyTensor), k(kTensor), v(vTensor);
    checkShapes(s, kv, ropeKey, k, v);
    pool.parallelFor(kv.rows, kRowGrain, [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t)
            for (int64_t h = 0; h < s.heads; ++h) {
                const float* source = kv.row(t) + h * (s.nope + s.value);
                float* key = k.row(t) + h * (s.nope + s.rope);
                std::copy_n(source, s.nope, key);
                std::copy_n(ropeKey.row(t), s.rope, key + s.nope);
                std::copy_n(source + s.nope, s.value, v.row(t) + h * s.value);
            }
    });
}

void splitHeadsBackward(engine::ThreadPool& pool, const HeadSplitShape& s,
                        const engine::Tensor& dkTensor, const engine::Tensor& dvTensor,
                        const engine::Tensor& dkvTensor, const engine::Tensor& dropeKeyTensor) {
    const RowView<> dkv(dkvTensor), dropeKey(dropeKeyTensor), dk(dkTensor), dv(dvTensor);
    checkShapes(s, dkv, dropeKey, dk, dv);
    pool.parallelFor(dkv.rows, kRowGrain, [&](int64_t begin, int64_t end) {
        for (int64_t t = begin; t < end; ++t) {
            float* ropeSum = dropeKey.row(t);
            std::fill_n(ropeSum, s.rope, 0.0f);
            for (int64_t h = 0; h < s.heads; ++h) {
                float* target = dkv.row(t) + h * (s.nope + s.value);
                const float* key = dk.row(t) + h * (s.nope + s.rope);
                std::copy_n(key, s.nope, target);
                std::copy_n(dv.row(t) + h * s.value, s.value, target + s.nope);
                for (int64_t i = 0; i < s.rope; ++i)
                    ropeSum[i] += key[s.nope + i];
            }
        }
    });
}

}  // namespace hearth::finetune
