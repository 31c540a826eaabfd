// What every layer of a step shares.
#pragma once
#include <cstdint>

#include "engine/layers/adapter.h"
#include "engine/layers/step_batch.h"
#include "engine/ops/backend.h"

namespace hearth::engine {

/// Sees intermediate results of a step; tests compare them with references. Rows are those of
/// the StepBatch. The tensors are valid during the call.
class StepObserver {
public:
    virtual ~StepObserver() = default;
    /// Residual stream before layer `layer`; layer == layer count: after the last one.
    virtual void hidden(int64_t /*layer*/, const Tensor& /*x: [T, H]*/) {}
    /// Experts [T, k] I32 and their weights [T, k], largest choice first.
    virtual void routed(int64_t /*layer*/, const Tensor& /*experts*/, const Tensor& /*weights*/) {}
    /// Final norm of the rows whose logits are wanted.
    virtual void finalNorm(const Tensor& /*x: [rows, H]*/) {}
};

/// cos and sin by position, [max positions, qk_rope_head_dim / 2] each.
struct RopeTensors {
    Tensor cos;
    Tensor sin;
};

struct LayerContext {
    Backend& backend;
    const StepBatch& batch;
    const RopeTensors& rope;
    StepObserver* observer = nullptr;
    int64_t layer = 0;  // of the cache

    Tensor allocate(int64_t rows, int64_t columns) const {
        return engine::allocate(backend, DType::F32, {rows, columns});
    }
};

}  // namespace hearth::engine
