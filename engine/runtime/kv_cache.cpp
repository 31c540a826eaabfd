#include "engine/runtime/kv_cache.h"

#include <numeric>

#include "engine/ops/latent_page.h"

namespace hearth::engine {
namespace {

static_assert(KvCache::kPageTokens == kLatentPageTokens);

/// What a layer's tensor has in a row.
int64_t rowWidth(const ModelConfig& config, DType dtype) {
    return dtype == DType::Q8 ? latentRowWidth(config.kv_lora_rank, config.qk_rope_head_dim)
                              : config.cacheWidth();
}

DType elementType(DType dtype) {
    return dtype == DType::Q8 ? DType::U8 : dtype;
}

}  // namespace

int64_t cacheBytesPerToken(const ModelConfig& config, DType dtype) {
    return config.num_hidden_layers * rowWidth(config, dtype) * dtypeSize(elementType(dtype));
}

std::optional<DType> parseCacheType(const std::string& name) {
    if (name == "f32")
        return DType::F32;
    if (name == "bf16")
        return DType::BF16;
    return name == "int8" ? std::optional(DType::Q8) : std::nullopt;
}

core::Status checkCacheType(const ModelConfig& config, DType dtype) {
    if (dtype == DType::F32 || dtype == DType::BF16)
        return {};
    if (dtype == DType::Q8 && config.latent() && !config.sparse() &&
        fitsLatentPage(config.kv_lora_rank, config.qk_rope_head_dim))
        return {};
    return core::Error{core::ErrorCode::InvalidArgument,
                       std::string("a KV cache in ") + dtypeName(dtype) +
                           " does not suit this model: 8 bits are for latent attention (MLA) over "
                           "every key; use bf16",
                       "cache"};
}

KvCache::KvCache(Backend& backend, const ModelConfig& config, int64_t pages, DType dtype)
    : m_free(size_t(pages)), m_pages(pages) {
    CORE_ASSERT(pages > 0 && checkCacheType(config, dtype));
    for (int64_t layer = 0; layer < config.num_hidden_layers; ++layer)
        m_layers.push_back(
            allocate(backend, elementType(dtype), {pages * kPageTokens, rowWidth(config, dtype)}));
    std::iota(m_free.rbegin(), m_free.rend(), 0);  // the lowest page is taken first
}

int64_t KvCache::bytesPerToken() const {
    int64_t bytes = 0;
    for (const Tensor& layer : m_layers)
        bytes += layer.dim(1) * dtypeSize(layer.dtype());
    return bytes;
}

core::Result<std::vector<int32_t>> KvCache::take(int64_t count) {
    CORE_ASSERT(count >= 0);
    if (count > freePages())
        return core::Error{core::ErrorCode::ResourceExhausted,
                           "The KV cache has " + std::to_string(freePages()) + " free pages of " +
                               std::to_string(count) + " needed",
                           ""};
    std::vector<int32_t> pages(m_free.rbegin(), m_free.rbegin() + count);
    m_free.resize(m_free.size() - size_t(count));
    return pages;
}

void KvCache::giveBack(std::span<const int32_t> pages) {
    CORE_ASSERT(freePages() + int64_t(pages.size()) <= m_pages);
    m_free.insert(m_free.end(), pages.rbegin(), pages.rend());
}

}  // namespace hearth::engine
