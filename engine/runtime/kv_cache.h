// Paged cache of what attention keeps of a token: one pool of pages for all sequences, one tensor a
// layer. A page holds kPageTokens consecutive tokens of one sequence in every layer.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "engine/models/model_config.h"
#include "engine/ops/backend.h"

namespace hearth::engine {

/// Bytes of a cached token over all layers. dtype, with_drafts: as KvCache takes them.
int64_t cacheBytesPerToken(const ModelConfig& config, DType dtype, bool with_drafts = false);
/// "f32", "bf16", "int8": F32, BF16, Q8.
std::optional<DType> parseCacheType(const std::string& name);
/// InvalidArgument for a type that this model's cache cannot have: Q8 is for MLA that attends to
/// every key.
core::Status checkCacheType(const ModelConfig& config, DType dtype);

class KvCache {
public:
    static constexpr int64_t kPageTokens = 32;

    /// dtype: F32, BF16, or Q8 (engine/ops/latent_page.h). with_drafts: one more layer, for the
    /// multi-token-prediction module (Model::draft). REQUIRES: checkCacheType.
    KvCache(Backend& backend, const ModelConfig& config, int64_t pages, DType dtype,
            bool with_drafts = false);

    /// [pages * kPageTokens, cacheWidth]; with Q8 U8 of latentRowWidth columns
    const Tensor& layer(int64_t i) const { return m_layers[size_t(i)]; }
    /// Of the multi-token-prediction module; undefined without drafts.
    const Tensor& draftLayer() const { return m_draftLayer; }
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
    Tensor m_draftLayer;
    std::vector<int32_t> m_free;
    int64_t m_pages = 0;
};

}  // namespace hearth::engine
