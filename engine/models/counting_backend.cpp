#include "engine/models/counting_backend.h"

#include <algorithm>
#include <cmath>

#include "engine/ops/packed_layout.h"

namespace hearth::engine {
namespace {

class CountedBuffer final : public Buffer {
public:
    CountedBuffer(std::shared_ptr<CountingBackend::Bytes> total, int64_t bytes)
        : m_total(std::move(total)), m_bytes(bytes) {
        m_total->live += m_bytes;
        m_total->peak = std::max(m_total->peak, m_total->live);
    }
    ~CountedBuffer() override { m_total->live -= m_bytes; }

private:
    std::shared_ptr<CountingBackend::Bytes> m_total;
    int64_t m_bytes;
};

class NoBuffer final : public Buffer {};

/// (query, key) pairs of queries at the end of keys, each seeing at most `window` (0: all).
double visiblePairs(int64_t queries, int64_t keys, int64_t window) {
    double pairs = 0;
    for (int64_t i = 0; i < queries; ++i) {
        const int64_t seen = keys - queries + i + 1;
        pairs += double(window > 0 ? std::min(seen, window) : seen);
    }
    return pairs;
}

std::array<int64_t, Tensor::kMaxRank> extents(const Tensor& tensor) {
    std::array<int64_t, Tensor::kMaxRank> shape{};
    for (int i = 0; i < tensor.rank(); ++i)
        shape[size_t(i)] = tensor.dim(i);
    return shape;
}

}  // namespace

Tensor shapeOnly(DType dtype, std::span<const int64_t> shape, Layout layout) {
    return {std::make_shared<NoBuffer>(), dtype, shape, layout};
}

double expectedExperts(int64_t experts, int64_t chosen, int64_t tokens) {
    const double missed = 1.0 - double(chosen) / double(experts);
    return double(experts) * (1.0 - std::pow(missed, double(tokens)));
}

int64_t CountingBackend::liveBytes() const {
    return m_bytes->live;
}

int64_t CountingBackend::peakBytes() const {
    return m_bytes->peak;
}

void CountingBackend::resetPeak() {
    m_bytes->peak = m_bytes->live;
}

Tensor CountingBackend::allocate(DType dtype, std::span<const int64_t> shape) {
    int64_t elements = 1;
    for (const int64_t extent : shape)
        elements *= extent;
    // The CPU backend gives an empty tensor a byte as well.
    const int64_t bytes = std::max<int64_t>(1, elements * dtypeSize(dtype));
    return {std::make_shared<CountedBuffer>(m_bytes, bytes), dtype, shape};
}

void CountingBackend::download(const Tensor&, std::span<std::byte> target) {
    std::ranges::fill(target, std::byte{});
}

void CountingBackend::downloadRows(const Tensor&, int64_t, int64_t, int64_t,
                                   std::span<float> target) {
    std::ranges::fill(target, 0.0f);
}

Tensor CountingBackend::pack(const Tensor& weight) {
    const auto shape = extents(weight);
    const std::span used(shape.data(), size_t(weight.rank()));
    const Tensor packed = shapeOnly(weight.dtype(), used, Layout::Packed);
    return {std::make_shared<CountedBuffer>(m_bytes, heldBytes(packed)), weight.dtype(), used,
            Layout::Packed};
}

Tensor CountingBackend::adopt(DType dtype, std::span<const int64_t> shape,
                              std::span<const std::byte> bytes, std::shared_ptr<const void>) {
    return {std::make_shared<CountedBuffer>(m_bytes, int64_t(bytes.size())), dtype, shape,
            Layout::Packed};
}

void CountingBackend::matmul(const MatmulParams& p) {
    m_cost.weight_bytes += double(heldBytes(p.weight));
    m_cost.matrix_flops += 2.0 * double(p.x.dim(0)) * double(p.weight.size());
}

void CountingBackend::perHeadMatmul(const PerHeadMatmulParams& p) {
    m_cost.weight_bytes += double(heldBytes(p.weight));
    m_cost.matrix_flops += 2.0 * double(p.x.dim(0)) * double(p.weight.size());
}

void CountingBackend::groupByExpert(const GroupByExpertParams& p) {
    const int64_t experts = p.groups.offsets.dim(0) - 1;
    m_expertShare = expectedExperts(experts, p.experts.dim(1), p.experts.dim(0)) / double(experts);
}

void CountingBackend::groupedMatmul(const GroupedMatmulParams& p) {
    m_cost.weight_bytes += double(heldBytes(p.weight)) * m_expertShare;
    m_cost.matrix_flops +=
        2.0 * double(p.out.dim(0)) * double(p.weight.dim(1)) * double(p.weight.dim(2));
}

void CountingBackend::causalAttention(const CausalAttentionParams& p) {
    for (const AttentionSegment& segment : p.segments)
        m_cost.attention_flops +=
            2.0 * visiblePairs(segment.q_len, segment.k_len, 0) * double(p.q.dim(1) + p.v.dim(1));
}

void CountingBackend::expandedAttention(const ExpandedAttentionParams& p) {
    m_cost.attention_flops +=
        2.0 * visiblePairs(p.q.dim(0), p.k_len, 0) * double(p.q.dim(1) + p.out.dim(1));
}

void CountingBackend::cacheGather(const CacheGatherParams& p) {
    m_cost.cache_bytes += double(p.length * p.cache.dim(1) * dtypeSize(p.cache.dtype()));
}

void CountingBackend::mlaDecode(const MlaDecodeParams& p) {
    const int64_t keys = p.selected.defined() ? std::min(m_keys, p.selected.dim(1)) : m_keys;
    const double pairs = double(p.q_latent.dim(0)) * double(keys);
    m_cost.cache_bytes += pairs * double(p.cache.dim(1) * dtypeSize(p.cache.dtype()));
    m_cost.attention_flops +=
        2.0 * pairs * double(p.heads * (2 * p.kv_lora_rank + p.qk_rope_head_dim));
}

void CountingBackend::selectKeys(const SelectKeysParams& p) {
    const double pairs = double(p.q.dim(0)) * double(m_keys);
    m_cost.cache_bytes += pairs * double(p.keys.dim(1) * dtypeSize(p.keys.dtype()));
    m_cost.attention_flops += 2.0 * pairs * double(p.q.dim(1));
}

void CountingBackend::pagedAttention(const PagedAttentionParams& p) {
    const int64_t rowBytes = p.cache.dim(1) * dtypeSize(p.cache.dtype());
    for (const PagedSegment& segment : p.segments) {
        const int64_t reach = p.window > 0 ? p.window + segment.q_len - 1 : segment.k_len;
        m_cost.cache_bytes += double(std::min(segment.k_len, reach) * rowBytes);
        // Scores and values: twice the queries' width a pair.
        m_cost.attention_flops +=
            4.0 * visiblePairs(segment.q_len, segment.k_len, p.window) * double(p.q.dim(1));
    }
}

}  // namespace hearth::engine
