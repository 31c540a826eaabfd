// Gradient of engine::ops::embedding.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/tensor.h"

namespace hearth::finetune {

struct EmbeddingBackwardParams {
    engine::Tensor ids;     // [T] I32, each in [0, vocab)
    engine::Tensor dout;    // [T, H]
    engine::Tensor dtable;  // [vocab, H], added to
};

/// Rows of equal ids are added in token order, whatever the number of threads.
void embeddingBackward(engine::ThreadPool& pool, const EmbeddingBackwardParams& params);

}  // namespace hearth::finetune
