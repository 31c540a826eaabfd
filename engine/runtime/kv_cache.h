// Paged cache of what attention keeps of a token: one pool of pages for all sequences, one tensor a
// layer. A page holds kPageTokens consecutive tokens of one sequence in every layer.
#pragma once
#include <cstdint>
#include <vector>

#include "core/result.h"
#include "engine/models/model_config.h"
#include "engine/ops/backend.h"

namespace hearth::engine {

class KvCache {
public:
    static constexpr int64_t kPageTokens = 32;

    /// layers: hidden layers cached. dtype: F32 or BF16.
    KvCache(Backend& backend, const ModelConfig& config, int64_t pages, DType dtype);

    /// [pages * kPageTokens, cacheWidth]
    const Tensor& layer(int64_t i) const { return m_layers[size_t(i)]; }
    int64_t pages() const { return m_pages; }
    int64_t freePages() const { return int64_t(m_free.size()); }
    static int64_t pagesFor(int64_t tokens) { return (tokens + kPageTokens - 1) / kPageTokens; }
    /// Bytes of one token over all layers.
    int64_t bytesPerToken() const;

    /// Takes `count` pages, or none when fewer are free (ResourceExhausted).
    core::Result<std::vector<int32_t>> take(int64_t count);
    void giveBack(std::span<const int32_t> pages);

private:
    std::vector<Tensor> m_layers;
    std::vector<int32_t> m_free;
    int64_t m_pages = 0;
};

}  // namespace hearth::engine
