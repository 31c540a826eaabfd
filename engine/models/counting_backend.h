// A backend without memory: it does what layers ask for by counting. Running a model on it tells
// exactly what a step allocates, reads and computes, whatever the architecture.
#pragma once
#include <memory>

#include "engine/ops/backend.h"

namespace hearth::engine {

/// What one step reads and computes.
struct StepCost {
    double weight_bytes = 0;  // as they lie packed; of experts those that tokens should choose
    double cache_bytes = 0;
    double matrix_flops = 0;     // products with weights, two for a multiplication and an addition
    double attention_flops = 0;  // scores, sums of values, choice of keys
};

/// Behind tensors that nobody computes with: shape and type without elements.
Tensor shapeOnly(DType dtype, std::span<const int64_t> shape, Layout layout);

/// Experts that `tokens` tokens choose, if each takes `chosen` of `experts` at random.
double expectedExperts(int64_t experts, int64_t chosen, int64_t tokens);

/// download fills with zeros.
class CountingBackend final : public Backend {
public:
    /// Ops that learn how many keys a token sees from a tensor count `keys` of them.
    void setVisibleKeys(int64_t keys) { m_keys = keys; }
    int64_t liveBytes() const;
    /// Most bytes at once since resetPeak().
    int64_t peakBytes() const;
    void resetPeak();
    const StepCost& cost() const { return m_cost; }
    void resetCost() { m_cost = {}; }

    std::string description() const override { return "counting"; }
    Tensor allocate(DType dtype, std::span<const int64_t> shape) override;
    void upload(const Tensor&, std::span<const std::byte>) override {}
    void download(const Tensor&, std::span<std::byte> target) override;
    Tensor pack(const Tensor& weight) override;
    Tensor adopt(DType dtype, std::span<const int64_t> shape, std::span<const std::byte> bytes,
                 std::shared_ptr<const void> owner) override;
    void fillZero(const Tensor&) override {}
    void downloadRows(const Tensor&, int64_t, int64_t, int64_t, std::span<float> target) override;

    void matmul(const MatmulParams& p) override;
    void perHeadMatmul(const PerHeadMatmulParams& p) override;
    void causalAttention(const CausalAttentionParams& p) override;
    void cacheGather(const CacheGatherParams& p) override;
    void mlaDecode(const MlaDecodeParams& p) override;
    void expandKeys(const ExpandKeysParams&) override {}
    void expandedAttention(const ExpandedAttentionParams& p) override;
    void selectKeys(const SelectKeysParams& p) override;
    void pagedAttention(const PagedAttentionParams& p) override;
    void groupByExpert(const GroupByExpertParams& p) override;
    void groupedMatmul(const GroupedMatmulParams& p) override;

    // A row in, a row out: nothing beside what the others move.
    void embedding(const EmbeddingParams&) override {}
    void rmsNorm(const RmsNormParams&) override {}
    void layerNorm(const LayerNormParams&) override {}
    void addBias(const AddBiasParams&) override {}
    void scale(const ScaleParams&) override {}
    void keepRows(const KeepRowsParams&) override {}
    void scaleColumns(const ScaleColumnsParams&) override {}
    void rope(const RopeParams&) override {}
    void cacheWrite(const CacheWriteParams&) override {}
    void swiglu(const SwigluParams&) override {}
    void router(const RouterParams&) override {}
    void combineExperts(const CombineExpertsParams&) override {}
    void add(const AddParams&) override {}
    void gatherRows(const GatherRowsParams&) override {}
    void copy(const CopyParams&) override {}

    struct Bytes {
        int64_t live = 0;
        int64_t peak = 0;
    };

private:
    std::shared_ptr<Bytes> m_bytes = std::make_shared<Bytes>();  // buffers may outlive the backend
    StepCost m_cost;
    int64_t m_keys = 0;
    double m_expertShare = 1.0;  // of all experts, since the last groupByExpert
};

}  // namespace hearth::engine
