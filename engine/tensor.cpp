#include "engine/tensor.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace hearth::engine {

int64_t dtypeSize(DType dtype) {
    switch (dtype) {
        case DType::F32:
        case DType::I32:
            return 4;
        case DType::BF16:
        case DType::F16:
            return 2;
        case DType::I64:
        case DType::F64:
            return 8;
        case DType::F8E4M3:
        case DType::U8:
            return 1;
        case DType::Q8:
        case DType::Q4:
            break;  // blocks: engine/ops/packed_layout.h
    }
    CORE_ASSERT(!"an element of this type has no size");
    return 0;
}

const char* dtypeName(DType dtype) {
    switch (dtype) {
        case DType::F32:
            return "F32";
        case DType::BF16:
            return "BF16";
        case DType::F16:
            return "F16";
        case DType::I32:
            return "I32";
        case DType::I64:
            return "I64";
        case DType::F64:
            return "F64";
        case DType::F8E4M3:
            return "F8_E4M3";
        case DType::U8:
            return "U8";
        case DType::Q8:
            return "Q8";
        case DType::Q4:
            return "Q4";
    }
    return "?";
}

Tensor::Tensor(std::shared_ptr<Buffer> buffer, DType dtype, std::span<const int64_t> shape,
               Layout layout)
    : m_buffer(std::move(buffer)), m_rank(int(shape.size())), m_dtype(dtype), m_layout(layout) {
    CORE_ASSERT(m_rank >= 1 && m_rank <= kMaxRank);
    std::copy(shape.begin(), shape.end(), m_shape.begin());
    m_rowStride = std::accumulate(m_shape.begin() + 1, m_shape.begin() + m_rank, int64_t{1},
                                  std::multiplies<>());
}

int64_t Tensor::size() const {
    return m_rank == 0 ? 0
                       : std::accumulate(m_shape.begin(), m_shape.begin() + m_rank, int64_t{1},
                                         std::multiplies<>());
}

bool Tensor::contiguous() const {
    return m_rank == 0 || m_shape[0] <= 1 || m_rowStride * m_shape[0] == size();
}

Tensor Tensor::rows(int64_t begin, int64_t end) const {
    CORE_ASSERT(m_layout == Layout::RowMajor && 0 <= begin && begin <= end && end <= dim(0));
    Tensor view = *this;
    view.m_offset += begin * m_rowStride;
    view.m_shape[0] = end - begin;
    return view;
}

Tensor Tensor::columns(int64_t begin, int64_t end) const {
    CORE_ASSERT(m_layout == Layout::RowMajor && m_rank == 2);
    CORE_ASSERT(0 <= begin && begin <= end && end <= dim(1));
    Tensor view = *this;
    view.m_offset += begin;
    view.m_shape[1] = end - begin;
    return view;
}

Tensor Tensor::at(int64_t i) const {
    CORE_ASSERT(m_layout == Layout::RowMajor && m_rank >= 2 && i >= 0 && i < dim(0));
    Tensor view = *this;
    view.m_offset += i * m_rowStride;
    view.m_rank = m_rank - 1;
    std::copy(m_shape.begin() + 1, m_shape.begin() + m_rank, view.m_shape.begin());
    view.m_shape[view.m_rank] = 0;
    view.m_rowStride = view.m_rank == 2 ? view.m_shape[1] : 1;
    return view;
}

Tensor Tensor::reshaped(std::initializer_list<int64_t> shape) const {
    CORE_ASSERT(contiguous() && m_layout == Layout::RowMajor);
    Tensor view(m_buffer, m_dtype, std::span(shape.begin(), shape.size()));
    CORE_ASSERT(view.size() == size());
    view.m_offset = m_offset;
    return view;
}

}  // namespace hearth::engine
