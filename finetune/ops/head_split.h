// Between kv_b_proj's output, whose heads are [k_nope | v], and the keys and values of attention.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::finetune {

struct HeadSplitShape {
    int64_t heads = 0;
    int64_t nope = 0;
    int64_t rope = 0;
    int64_t value = 0;
};

/// kv: [T, heads * (nope + value)], ropeKey: [T, rope], shared by all heads;
/// k: [T, heads * (nope + rope)], v: [T, heads * value].
void splitHeads(engine::ThreadPool& pool, const HeadSplitShape& shape, const engine::Tensor& kv,
                const engine::Tensor& ropeKey, const engine::Tensor& k, const engine::Tensor& v);

/// The gradient; dropeKey sums over the heads in order. Overwrites dkv and dropeKey.
void splitHeadsBackward(engine::ThreadPool& pool, const HeadSplitShape& shape,
                        const engine::Tensor& dk, const engine::Tensor& dv,
                        const engine::Tensor& dkv, const engine::Tensor& dropeKey);

}  // namespace hearth::finetune
