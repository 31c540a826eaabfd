// The one interface between layers and hardware. A backend owns all tensor memory and
// implements every op; layers, models and the runtime see nothing else of the hardware.
#pragma once
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/ops/op_params.h"
#include "engine/tensor.h"

namespace hearth::engine {

/// Threading: calls on one backend come from one thread at a time. Ops may be asynchronous;
/// download waits for everything before it. Shapes are checked by the free functions in
/// engine/ops/ops.h, so an implementation may rely on them.
/// Errors: core::Exception (ResourceExhausted when memory runs out).
class Backend {
public:
    virtual ~Backend() = default;

    /// What the administrator reads, e.g. "cpu avx512, 2 threads".
    virtual std::string description() const = 0;

    /// Uninitialised row-major tensor.
    virtual Tensor allocate(DType dtype, std::span<const int64_t> shape) = 0;
    /// Bytes in, row by row. REQUIRES: source.size() == target.size() * dtypeSize.
    virtual void upload(const Tensor& target, std::span<const std::byte> source) = 0;
    /// Bytes out. REQUIRES: target.size() == source.size() * dtypeSize.
    virtual void download(const Tensor& source, std::span<std::byte> target) = 0;
    /// A copy of a weight laid out for this backend's matmul. weight: [out, in] or
    /// [groups, out, in]; F32, BF16 or F16; row-major. The result keeps dtype and shape.
    virtual Tensor pack(const Tensor& weight) = 0;
    /// A weight whose bytes already have the layout of engine/ops/packed_layout.h. They stay
    /// where they are or are copied; owner keeps them alive. Result: Layout::Packed.
    virtual Tensor adopt(DType dtype, std::span<const int64_t> shape,
                         std::span<const std::byte> bytes, std::shared_ptr<const void> owner) = 0;
    /// A row-major tensor with these bytes, to be read only; otherwise as adopt().
    virtual Tensor adoptRows(DType dtype, std::span<const int64_t> shape,
                             std::span<const std::byte> bytes, std::shared_ptr<const void> owner);
    virtual void fillZero(const Tensor& target) = 0;
    /// Rows [begin, end) of one group of a packed weight as F32: the values that products with it
    /// compute with. REQUIRES: target.size() == (end - begin) * depth.
    virtual void downloadRows(const Tensor& weight, int64_t group, int64_t begin, int64_t end,
                              std::span<float> target) = 0;

    virtual void embedding(const EmbeddingParams&) = 0;
    virtual void matmul(const MatmulParams&) = 0;
    virtual void perHeadMatmul(const PerHeadMatmulParams&) = 0;
    virtual void rmsNorm(const RmsNormParams&) = 0;
    virtual void layerNorm(const LayerNormParams&) = 0;
    virtual void addBias(const AddBiasParams&) = 0;
    virtual void scale(const ScaleParams&) = 0;
    virtual void keepRows(const KeepRowsParams&) = 0;
    virtual void scaleColumns(const ScaleColumnsParams&) = 0;
    virtual void rope(const RopeParams&) = 0;
    virtual void causalAttention(const CausalAttentionParams&) = 0;
    virtual void cacheWrite(const CacheWriteParams&) = 0;
    virtual void cacheGather(const CacheGatherParams&) = 0;
    virtual void mlaDecode(const MlaDecodeParams&) = 0;
    virtual void expandKeys(const ExpandKeysParams&) = 0;
    virtual void expandedAttention(const ExpandedAttentionParams&) = 0;
    virtual void selectKeys(const SelectKeysParams&) = 0;
    virtual void pagedAttention(const PagedAttentionParams&) = 0;
    virtual void swiglu(const SwigluParams&) = 0;
    virtual void router(const RouterParams&) = 0;
    virtual void groupByExpert(const GroupByExpertParams&) = 0;
    virtual void groupedMatmul(const GroupedMatmulParams&) = 0;
    virtual void combineExperts(const CombineExpertsParams&) = 0;
    virtual void add(const AddParams&) = 0;
    virtual void gatherRows(const GatherRowsParams&) = 0;
    virtual void copy(const CopyParams&) = 0;
};

// Conveniences over the interface.
Tensor allocate(Backend& backend, DType dtype, std::initializer_list<int64_t> shape);
Tensor uploadFloats(Backend& backend, std::span<const float> values,
                    std::initializer_list<int64_t> shape);
Tensor uploadInts(Backend& backend, std::span<const int32_t> values);
std::vector<float> downloadFloats(Backend& backend, const Tensor& tensor);  // REQUIRES: F32
std::vector<int32_t> downloadInts(Backend& backend, const Tensor& tensor);  // REQUIRES: I32

}  // namespace hearth::engine
