// Output head and cross entropy in one op: the logits of all tokens never exist at once.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/cpu/thread_pool.h"
#include "engine/ops/backend.h"
#include "engine/tensor.h"
#include "finetune/ops/pair_matmul.h"

namespace hearth::finetune {

/// losses[i] = -log softmax(hidden[i] * head^T)[label[i]].
struct CrossEntropyParams {
    engine::Tensor hidden;  // [N, H], rows that have a label
    engine::Tensor head;    // [vocab, H] F32, row-major or packed
    engine::Tensor labels;  // [N] I32, each in [0, vocab)
    // Gradient of the sum of gradient_scale * row_scales[i] * losses[i]; both may be undefined.
    engine::Tensor dhidden;  // [N, H], overwritten
    engine::Tensor dhead;    // [vocab, H], added to
    /// [vocab, H] row-major, for dhidden; undefined: head is it.
    engine::Tensor head_rows;
    float gradient_scale = 1.0f;
    std::span<const float> row_scales;  // [N]; empty: all 1
    /// BF16: of the products with the head, which is then row-major; sums stay F32.
    engine::DType operands = engine::DType::F32;
    PairPanels head_panels = {};  // of BF16; may be undefined
};

struct CrossEntropyResult {
    double loss = 0.0;           // sum of the losses, nats
    int64_t correct = 0;         // rows whose label has the largest logit (the lowest id on a tie)
    std::vector<double> losses;  // [N]
};

CrossEntropyResult crossEntropy(engine::Backend& backend, engine::ThreadPool& pool,
                                const CrossEntropyParams& params);

}  // namespace hearth::finetune
