// Products of rows and a layer's weight, or the weights of their experts: the one place where
// operands in F32 or BF16 part.
#pragma once
#include "engine/cpu/thread_pool.h"
#include "engine/ops/backend.h"
#include "engine/tensor.h"

namespace hearth::finetune {

/// out = scale * x * weight^T, or += when accumulate.
struct WeightProduct {
    engine::Tensor x;       // [rows, in]
    engine::Tensor weight;  // [out, in] or [E, out, in] F32; of F32 operands also packed for them
    engine::Tensor out;     // [rows, out]
    bool accumulate = false;
    float scale = 1.0f;
    engine::Tensor panels = {};      // of BF16: the weight's PairPanels::forward, or undefined
    engine::Tensor offsets = {};     // [E+1] I32; undefined: one weight for all rows
    engine::Tensor row_source = {};  // [rows] I32: row of x; undefined: the row itself
    engine::DType operands = engine::DType::F32;  // BF16: rounded to it, sums stay F32
};

/// dx = scale * dout * weight, or += when accumulate_dx; dweight += scale * dout^T * x.
struct WeightProductBackward {
    engine::Tensor x;        // [rows, in]; undefined when dweight is
    engine::Tensor weight;   // [out, in] or [E, out, in] F32 row-major; undefined when dx is
    engine::Tensor dout;     // [rows, out]
    engine::Tensor dx;       // [rows, in]; undefined: not wanted
    engine::Tensor dweight;  // as the weight; undefined: not wanted
    bool accumulate_dx = false;
    float scale = 1.0f;
    engine::Tensor panels = {};   // of BF16: the weight's PairPanels::backward, or undefined
    engine::Tensor offsets = {};  // as of WeightProduct
    engine::DType operands = engine::DType::F32;
};

void weightProduct(engine::Backend& backend, engine::ThreadPool& pool, const WeightProduct& p);
void weightProductBackward(engine::ThreadPool& pool, const WeightProductBackward& p);

}  // namespace hearth::finetune
