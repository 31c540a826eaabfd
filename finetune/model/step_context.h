// What the layers of a trainable model share during one forward and backward pass.
#pragma once
#include <unordered_map>
#include <vector>

#include "engine/cpu/thread_pool.h"
#include "engine/models/model_config.h"
#include "engine/ops/backend.h"

namespace hearth::finetune {

/// What DoRA multiplies a layer's outputs by. [outputs], or [E, outputs] for experts.
struct AdapterFactors {
    engine::Tensor norms;   // of the rows of W + s B A
    engine::Tensor scales;  // magnitude / norm
};

struct StepContext {
    engine::Backend& backend;
    engine::ThreadPool& pool;
    const engine::ModelConfig& config;
    engine::Tensor cos;        // [positions, qk_rope_head_dim/2]
    engine::Tensor sin;        // same
    engine::Tensor positions;  // [T] I32
    std::vector<engine::AttentionSegment> segments;
    const std::vector<std::vector<int32_t>>* routing = nullptr;  // PackedBatch::routing
    /// Of the segments' sequence balance losses (finetune/ops/sequence_balance.h); empty: none.
    std::vector<float> balance_weights = {};
    mutable double balance_loss = 0.0;  // of the layers that were passed backwards, weighted
    /// Of the layers' products with weights, the router's apart. BF16: rounded, sums stay F32.
    engine::DType operands = engine::DType::F32;
    bool use_adapter = true;  // false: the base alone, forward only
    /// Of the layers with DoRA, by layer: computed once in a forward and backward pass.
    mutable std::unordered_map<const void*, AdapterFactors> factors = {};

    /// Uninitialised F32.
    engine::Tensor floats(int64_t rows, int64_t columns) const {
        return engine::allocate(backend, engine::DType::F32, {rows, columns});
    }
};

}  // namespace hearth::finetune
