// The ops of attention and its caches are in attention_ops.cpp.
#include "engine/ops/ops.h"

#include "core/assert.h"
#include "engine/ops/tensor_checks.h"

namespace hearth::engine::ops {

void embedding(Backend& backend, const EmbeddingParams& p) {
    CORE_ASSERT(isFloat(p.table) && p.table.rank() == 2 && p.table.layout() == Layout::RowMajor);
    CORE_ASSERT(isActivation(p.out) && p.out.dim(1) == p.table.dim(1));
    CORE_ASSERT(isVector(p.ids, DType::I32, p.out.dim(0)));
    backend.embedding(p);
}

void matmul(Backend& backend, const MatmulParams& p) {
    CORE_ASSERT(isWeight(p.weight, 2) && isActivation(p.x));
    CORE_ASSERT(p.x.dim(1) == p.weight.dim(1));
    CORE_ASSERT(isMatrix(p.out, p.x.dim(0), p.weight.dim(0)));
    backend.matmul(p);
}

void perHeadMatmul(Backend& backend, const PerHeadMatmulParams& p) {
    CORE_ASSERT(isWeight(p.weight, 3) && isActivation(p.x));
    const int64_t heads = p.weight.dim(0);
    CORE_ASSERT(isMatrix(p.out, p.x.dim(0), heads * p.weight.dim(1)));
    CORE_ASSERT(p.x_head_stride >= 0 &&
                p.x.dim(1) >= (heads - 1) * p.x_head_stride + p.weight.dim(2));
    backend.perHeadMatmul(p);
}

void rmsNorm(Backend& backend, const RmsNormParams& p) {
    CORE_ASSERT(isActivation(p.x) && isMatrix(p.out, p.x.dim(0), p.x.dim(1)));
    CORE_ASSERT(p.groups >= 1 && p.x.dim(1) % p.groups == 0);
    CORE_ASSERT(isVector(p.weight, DType::F32, p.x.dim(1) / p.groups));
    backend.rmsNorm(p);
}

void layerNorm(Backend& backend, const LayerNormParams& p) {
    CORE_ASSERT(isActivation(p.x) && isMatrix(p.out, p.x.dim(0), p.x.dim(1)));
    CORE_ASSERT(isVector(p.weight, DType::F32, p.x.dim(1)));
    CORE_ASSERT(isVector(p.bias, DType::F32, p.x.dim(1)));
    backend.layerNorm(p);
}

void addBias(Backend& backend, const AddBiasParams& p) {
    CORE_ASSERT(isActivation(p.x) && p.bias.defined());
    if (p.offsets.defined()) {
        CORE_ASSERT(isMatrix(p.bias, p.bias.dim(0), p.x.dim(1)));
        CORE_ASSERT(isVector(p.offsets, DType::I32, p.bias.dim(0) + 1));
    } else {
        CORE_ASSERT(isVector(p.bias, DType::F32, p.x.dim(1)));
    }
    backend.addBias(p);
}

void scale(Backend& backend, const ScaleParams& p) {
    CORE_ASSERT(isActivation(p.x));
    backend.scale(p);
}

void keepRows(Backend& backend, const KeepRowsParams& p) {
    CORE_ASSERT(isActivation(p.x) && p.owners.defined());
    const int64_t rows = p.x.dim(0);
    CORE_ASSERT(isVector(p.owners, DType::I32, p.tokens.defined() ? p.owners.dim(0) : rows));
    CORE_ASSERT(!p.tokens.defined() || isVector(p.tokens, DType::I32, rows));
    backend.keepRows(p);
}

void scaleColumns(Backend& backend, const ScaleColumnsParams& p) {
    CORE_ASSERT(isActivation(p.x) && p.factors.defined());
    const int64_t rows = p.x.dim(0);
    if (p.offsets.defined()) {
        CORE_ASSERT(isMatrix(p.factors, p.factors.dim(0), p.x.dim(1)));
        CORE_ASSERT(isVector(p.offsets, DType::I32, p.factors.dim(0) + 1));
    } else {
        CORE_ASSERT(isVector(p.factors, DType::F32, p.x.dim(1)));
    }
    if (p.owners.defined())
        CORE_ASSERT(isVector(p.owners, DType::I32, p.tokens.defined() ? p.owners.dim(0) : rows));
    CORE_ASSERT(!p.tokens.defined() || isVector(p.tokens, DType::I32, rows));
    backend.scaleColumns(p);
}

void rope(Backend& backend, const RopeParams& p) {
    CORE_ASSERT(isActivation(p.x) && isVector(p.positions, DType::I32, p.x.dim(0)));
    CORE_ASSERT(isActivation(p.cos) && p.cos.contiguous());
    CORE_ASSERT(isMatrix(p.sin, p.cos.dim(0), p.cos.dim(1)) && p.sin.contiguous());
    CORE_ASSERT(p.heads >= 1 && p.head_offset >= 0);
    CORE_ASSERT((p.heads - 1) * p.head_stride + p.head_offset + 2 * p.cos.dim(1) <= p.x.dim(1));
    backend.rope(p);
}

void swiglu(Backend& backend, const SwigluParams& p) {
    CORE_ASSERT(isActivation(p.x) && p.x.dim(1) % 2 == 0);
    CORE_ASSERT(isMatrix(p.out, p.x.dim(0), p.x.dim(1) / 2));
    backend.swiglu(p);
}

void router(Backend& backend, const RouterParams& p) {
    CORE_ASSERT(isActivation(p.logits) && isIntMatrix(p.experts));
    const int64_t tokens = p.logits.dim(0), experts = p.logits.dim(1), k = p.experts.dim(1);
    CORE_ASSERT(p.experts.dim(0) == tokens && isMatrix(p.weights, tokens, k));
    CORE_ASSERT(!p.bias.defined() || isVector(p.bias, DType::F32, experts));
    CORE_ASSERT(p.n_group >= 1 && experts % p.n_group == 0);
    CORE_ASSERT(p.topk_group >= 1 && p.topk_group <= p.n_group);
    CORE_ASSERT(k >= 1 && k <= experts / p.n_group * p.topk_group);
    backend.router(p);
}

void groupByExpert(Backend& backend, const GroupByExpertParams& p) {
    CORE_ASSERT(isIntMatrix(p.experts) && p.experts.contiguous());
    const int64_t pairs = p.experts.size();
    CORE_ASSERT(isVector(p.groups.row_pair, DType::I32, pairs));
    CORE_ASSERT(isVector(p.groups.row_token, DType::I32, pairs));
    CORE_ASSERT(p.groups.offsets.defined() && p.groups.offsets.dtype() == DType::I32 &&
                p.groups.offsets.rank() == 1 && p.groups.offsets.dim(0) >= 2);
    backend.groupByExpert(p);
}

void groupedMatmul(Backend& backend, const GroupedMatmulParams& p) {
    CORE_ASSERT(isWeight(p.weight, 3) && isActivation(p.x) && isActivation(p.out));
    CORE_ASSERT(p.x.dim(1) == p.weight.dim(2) && p.out.dim(1) == p.weight.dim(1));
    CORE_ASSERT(isVector(p.offsets, DType::I32, p.weight.dim(0) + 1));
    CORE_ASSERT(p.row_source.defined() ? isVector(p.row_source, DType::I32, p.out.dim(0))
                                       : p.x.dim(0) == p.out.dim(0));
    backend.groupedMatmul(p);
}

void combineExperts(Backend& backend, const CombineExpertsParams& p) {
    CORE_ASSERT(isActivation(p.weights) && isActivation(p.rows) && isActivation(p.out));
    CORE_ASSERT(p.weights.dim(0) == p.out.dim(0) && p.rows.dim(1) == p.out.dim(1));
    CORE_ASSERT(p.rows.dim(0) == p.weights.size());
    CORE_ASSERT(isVector(p.row_pair, DType::I32, p.rows.dim(0)));
    backend.combineExperts(p);
}

void add(Backend& backend, const AddParams& p) {
    CORE_ASSERT(isActivation(p.a));
    CORE_ASSERT(isMatrix(p.b, p.a.dim(0), p.a.dim(1)) && isMatrix(p.out, p.a.dim(0), p.a.dim(1)));
    backend.add(p);
}

void gatherRows(Backend& backend, const GatherRowsParams& p) {
    CORE_ASSERT(isActivation(p.x) && p.ids.defined() && p.ids.rank() == 1);
    CORE_ASSERT(isVector(p.ids, DType::I32, p.ids.dim(0)));
    CORE_ASSERT(isMatrix(p.out, p.ids.dim(0), p.x.dim(1)));
    backend.gatherRows(p);
}

void copy(Backend& backend, const CopyParams& p) {
    CORE_ASSERT(isFloat(p.x) && isFloat(p.out) && p.x.rank() == 2 && p.out.rank() == 2);
    CORE_ASSERT(p.x.dim(0) == p.out.dim(0) && p.x.dim(1) == p.out.dim(1));
    CORE_ASSERT(p.x.layout() == Layout::RowMajor && p.out.layout() == Layout::RowMajor);
    backend.copy(p);
}

Tensor pack(Backend& backend, const Tensor& weight) {
    CORE_ASSERT(isFloat(weight) && (weight.rank() == 2 || weight.rank() == 3));
    CORE_ASSERT(weight.layout() == Layout::RowMajor && weight.contiguous());
    return backend.pack(weight);
}

void fillZero(Backend& backend, const Tensor& target) {
    CORE_ASSERT(target.defined() && target.layout() == Layout::RowMajor);
    backend.fillZero(target);
}

}  // namespace hearth::engine::ops
