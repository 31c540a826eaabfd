// Products of a layer's rows and a weight with both rounded to BF16 and sums in F32.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/ops/backend.h"
#include "engine/tensor.h"

namespace hearth::finetune {

/// A weight as engine/cpu/pair_product.h lays it out, packed ahead because training never changes
/// it. BF16, opaque.
struct PairPanels {
    engine::Tensor forward;   // for x W^T
    engine::Tensor backward;  // for dout W
};

/// weight: [out, in] or [E, out, in] F32, row-major.
PairPanels packPairPanels(engine::Backend& backend, engine::ThreadPool& pool,
                          const engine::Tensor& weight);

/// out = scale * x W^T, or, transposed, scale * x W; added to out when accumulate.
struct PairMatmulParams {
    engine::Tensor x;       // [rows, in]; transposed: [rows, out]
    engine::Tensor weight;  // [out, in] or [E, out, in] F32, row-major
    engine::Tensor panels;  // the weight's for this direction; undefined: packed here
    engine::Tensor out;     // [rows, out]; transposed: [rows, in]
    bool transposed = false;
    bool accumulate = false;
    float scale = 1.0f;
    engine::Tensor offsets;     // [E+1] I32; undefined: one weight for all rows
    engine::Tensor row_source;  // [rows] I32: row of x; undefined: the row itself
};

/// Bits of a row depend on that row and its weight only.
void pairMatmul(engine::ThreadPool& pool, const PairMatmulParams& params);

}  // namespace hearth::finetune
