#include "engine/runtime/kv_cache.h"

#include <numeric>

#include "engine/ops/latent_page.h"

namespace hearth::engine {

static_assert(KvCache::kPageTokens == kLatentPageTokens);

KvCache::KvCache(Backend& backend, const ModelConfig& config, int64_t pages, DType dtype,
                 bool with_drafts)
    : m_free(size_t(pages)), m_pages(pages) {
    CORE_ASSERT(pages > 0 && checkCacheType(config, dtype));
    const DType element = dtype == DType::Q8 ? DType::U8 : dtype;
    const int64_t width =
        cacheBytesPerToken(config, dtype) / config.num_hidden_layers / dtypeSize(element);
    for (int64_t layer = 0; layer < config.num_hidden_layers; ++layer)
        m_layers.push_back(allocate(backend, element, {pages * kPageTokens, width}));
    if (with_drafts)
        m_draftLayer = allocate(backend, element, {pages * kPageTokens, width});
    std::iota(m_free.rbegin(), m_free.rend(), 0);  // the lowest page is taken first
}

int64_t KvCache::bytesPerToken() const {
    const auto layers = int64_t(m_layers.size()) + (m_draftLayer.defined() ? 1 : 0);
    return layers * m_layers.front().dim(1) * dtypeSize(m_layers.front().dtype());
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
