// A tensor is a typed, shaped view of memory that a backend owns. Code above a backend
// never dereferences it: data goes in and out through Backend::upload and download.
#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>

#include "core/assert.h"

namespace hearth::engine {

/// I64, F64 and F8E4M3 occur in files only; no op takes them. U8 does too, but for MLA's int8
/// cache (engine/ops/latent_page.h). Q8 and Q4 are weights of which
/// 32 along the input share an F16 scale (engine/ops/packed_layout.h); they are always packed.
enum class DType : uint8_t { F32, BF16, F16, I32, I64, F64, F8E4M3, U8, Q8, Q4 };

/// Bytes of one element. REQUIRES: not Q8 or Q4, whose elements have no size of their own.
int64_t dtypeSize(DType dtype);
/// The safetensors spelling: "F32", "BF16", "F16", "I32", "I64", "F64", "F8_E4M3", "U8"; "Q8"
/// and "Q4" in messages.
const char* dtypeName(DType dtype);

/// How elements lie in the buffer. Packed is private to the backend that made it
/// (Backend::pack) and only matmul and groupedMatmul accept it.
enum class Layout : uint8_t { RowMajor, Packed };

/// Memory of one allocation. Only its backend knows where it is.
class Buffer {
public:
    virtual ~Buffer() = default;
    Buffer() = default;
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
};

/// View of a buffer, up to three dimensions, the last one contiguous. Copying a Tensor
/// copies the view and shares the buffer.
class Tensor {
public:
    static constexpr int kMaxRank = 3;

    Tensor() = default;
    Tensor(std::shared_ptr<Buffer> buffer, DType dtype, std::span<const int64_t> shape,
           Layout layout = Layout::RowMajor);

    bool defined() const { return m_buffer != nullptr; }
    DType dtype() const { return m_dtype; }
    Layout layout() const { return m_layout; }
    int rank() const { return m_rank; }
    int64_t dim(int i) const {
        CORE_ASSERT(i >= 0 && i < m_rank);
        return m_shape[i];
    }
    /// Elements in the view.
    int64_t size() const;
    /// Elements between the starts of two neighbours along dimension 0.
    int64_t rowStride() const { return m_rowStride; }
    /// True when the view's elements lie without gaps.
    bool contiguous() const;
    /// Offset of the first element from the start of the buffer, in elements.
    int64_t offset() const { return m_offset; }
    const std::shared_ptr<Buffer>& buffer() const { return m_buffer; }

    /// Rows [begin, end) along dimension 0. REQUIRES: row-major.
    Tensor rows(int64_t begin, int64_t end) const;
    /// Columns [begin, end) of a rank-2 view; keeps the row stride. REQUIRES: row-major.
    Tensor columns(int64_t begin, int64_t end) const;
    /// Entry i of dimension 0 with that dimension dropped. REQUIRES: rank 2 or 3, row-major.
    Tensor at(int64_t i) const;
    /// The same elements in another shape. REQUIRES: contiguous, equal size.
    Tensor reshaped(std::initializer_list<int64_t> shape) const;

private:
    std::shared_ptr<Buffer> m_buffer;
    std::array<int64_t, kMaxRank> m_shape{};
    int64_t m_rowStride = 0;
    int64_t m_offset = 0;
    int m_rank = 0;
    DType m_dtype = DType::F32;
    Layout m_layout = Layout::RowMajor;
};

}  // namespace hearth::engine
