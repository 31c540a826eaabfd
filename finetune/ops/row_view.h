// Rows of a rank-2 (or rank-1) CPU tensor as addresses.
#pragma once
#include <cstdint>

#include "engine/cpu/cpu_backend.h"

namespace hearth::finetune {

template <typename T = float>
struct RowView {
    T* data = nullptr;
    int64_t rows = 0;
    int64_t columns = 0;
    int64_t stride = 0;  // elements between the starts of two rows

    RowView() = default;
    /// A rank-1 tensor is one row. REQUIRES: t is F32 (I32 for T = int32_t).
    explicit RowView(const engine::Tensor& t) {
        if (!t.defined())
            return;
        CORE_ASSERT(t.rank() <= 2);
        CORE_ASSERT((t.dtype() == engine::DType::I32) == (std::is_same_v<T, int32_t>));
        data = engine::cpuData<T>(t);
        rows = t.rank() == 2 ? t.dim(0) : 1;
        columns = t.dim(t.rank() - 1);
        stride = t.rank() == 2 ? t.rowStride() : columns;
    }

    bool defined() const { return data != nullptr; }
    T* row(int64_t i) const { return data + i * stride; }
};

}  // namespace hearth::finetune
