// What the checks of the ops ask of a tensor.
#pragma once
#include "engine/tensor.h"

namespace hearth::engine::ops {

inline bool isFloat(const Tensor& t) {
    return t.defined() && t.dtype() != DType::I32;
}

inline bool isMatrix(const Tensor& t, int64_t rows, int64_t columns) {
    return t.defined() && t.dtype() == DType::F32 && t.layout() == Layout::RowMajor &&
           t.rank() == 2 && t.dim(0) == rows && t.dim(1) == columns;
}

inline bool isVector(const Tensor& t, DType dtype, int64_t length) {
    return t.defined() && t.dtype() == dtype && t.rank() == 1 && t.dim(0) == length;
}

inline bool isActivation(const Tensor& t) {
    return t.defined() && t.rank() == 2 && isMatrix(t, t.dim(0), t.dim(1));
}

inline bool isIntMatrix(const Tensor& t) {
    return t.defined() && t.dtype() == DType::I32 && t.rank() == 2;
}

/// Rank 2 or 3 weight whose rows lie without gaps: backends address it as one block.
inline bool isWeight(const Tensor& t, int rank) {
    return isFloat(t) && t.rank() == rank && (t.layout() == Layout::Packed || t.contiguous());
}

}  // namespace hearth::engine::ops
